import { assert, constantFrom, dictionary, property, record, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSupplies } from './supplies.ts';
import { supplyFiles, type SupplyFolder } from './supplyFiles.ts';

function supply(name: string, values: SupplyFolder['values']): SupplyFolder {
  return { name, values, unreadable: 0 };
}

const mains = supply('AC', { type: 'Mains', online: '1' });
const noMains = supply('AC', { type: 'Mains', online: '0' });
const usb = supply('usb', { type: 'USB', online: '1' });
const battery = supply('BAT0', { type: 'Battery', present: '1', status: 'Charging', capacity: '42' });
const mouse = supply('hidpp_battery_0', { type: 'Battery', scope: 'Device', online: '1', capacity: '3' });

function batteryWith(values: SupplyFolder['values']): SupplyFolder {
  return supply('BAT0', { type: 'Battery', ...values });
}

describe('what the kernel tells of the supplies', () => {
  test.each([
    ['mains and a battery', [mains, battery], true, { chargePercent: 42 }],
    ['the mains are gone', [noMains, battery], false, { chargePercent: 42 }],
    ['one source of two is on line', [noMains, usb, battery], true, { chargePercent: 42 }],
    [
      'a source with a voltage of its own choice',
      [supply('usb', { type: 'USB_PD', online: '2' }), battery],
      true,
      { chargePercent: 42 },
    ],
    ['a battery in use', [noMains, batteryWith({ online: '1', capacity: '8' })], false, { chargePercent: 8 }],
    ["somebody's mouse", [noMains, battery, mouse], false, { chargePercent: 42 }],
    ['no battery at all', [mains], true, 'absent'],
    ['a bay without its battery', [mains, batteryWith({ present: '0', capacity: '0' })], true, 'absent'],
    ['a gauge that sees no battery', [mains, batteryWith({ health: 'No battery', capacity: '0' })], true, 'absent'],
    [
      'a supply that is all in one',
      [supply('ups', { type: 'UPS', online: '0', capacity: '77' })],
      false,
      { chargePercent: 77 },
    ],
    [
      'a battery alone that is drawn on',
      [batteryWith({ status: 'Discharging', capacity: '9' })],
      false,
      { chargePercent: 9 },
    ],
    [
      'a battery alone that is charged',
      [batteryWith({ status: 'Not charging', capacity: '90' })],
      true,
      { chargePercent: 90 },
    ],
  ] as const)('is understood: %s', (_what, folders, mains, battery) => {
    expect(readSupplies(folders)).toEqual({ ok: true, value: { mains, battery } });
  });

  test.each([
    ['a gauge that counts too far', { capacity: '104' }, { chargePercent: 100 }],
    ['a word', { capacity_level: 'Critical' }, { chargePercent: 5 }],
    ['energy', { energy_now: '21000000', energy_full: '40000000', capacity_level: 'Full' }, { chargePercent: 53 }],
    ['charge', { charge_now: '1000', charge_full: '4000' }, { chargePercent: 25 }],
    [
      'what is left of its energy',
      { capacity: '50', energy_full: '30000', energy_full_design: '50000' },
      { chargePercent: 50, healthPercent: 60 },
    ],
    [
      'what is left of its charge',
      { capacity: '50', charge_full: '5100', charge_full_design: '5000' },
      { chargePercent: 50, healthPercent: 100 },
    ],
    ['a nonsense of a design', { capacity: '50', charge_full: '5100', charge_full_design: '0' }, { chargePercent: 50 }],
    ['that it is dead', { capacity: '50', health: 'Dead' }, { chargePercent: 50, condition: 'dead' }],
    ['that it is good', { capacity: '50', health: 'Good' }, { chargePercent: 50, condition: 'good' }],
    ['that it is hot', { capacity: '50', health: 'Overheat' }, { chargePercent: 50 }],
  ] as const)('is read from a battery that tells %s', (_what, values, battery) => {
    expect(readSupplies([mains, batteryWith(values)])).toEqual({ ok: true, value: { mains: true, battery } });
  });

  test('is one battery where there are two: what they hold counts, and the health of the worse', () => {
    const big = supply('BAT0', {
      type: 'Battery',
      capacity: '100',
      energy_full: '30',
      energy_full_design: '40',
      health: 'Good',
    });
    const small = supply('BAT1', {
      type: 'Battery',
      capacity: '0',
      energy_full: '10',
      energy_full_design: '10',
      health: 'Dead',
    });
    expect(readSupplies([mains, big, small])).toMatchObject({
      value: { battery: { chargePercent: 75, healthPercent: 75, condition: 'dead' } },
    });
    expect(readSupplies([mains, battery, supply('BAT1', { type: 'Battery', capacity: '58' })])).toMatchObject({
      value: { battery: { chargePercent: 50 } },
    });
  });

  test.each([
    ['nothing', [], 'there is no supply'],
    ['only a mouse', [mouse], 'there is no supply'],
    [
      'a gauge that knows of no mains',
      [batteryWith({ status: 'Unknown', capacity: '50' })],
      'nobody tells whether the mains are there',
    ],
    ['a battery without a charge', [mains, batteryWith({ capacity: '-5' })], 'BAT0: no file tells the charge'],
    [
      'a battery whose level is a word that every object has',
      [mains, batteryWith({ capacity_level: 'toString' })],
      'BAT0: no file tells the charge',
    ],
  ] as const)('is refused with a reason when it is %s', (_what, folders, problem) => {
    const read = readSupplies(folders);
    expect(read.ok ? '' : read.problem).toContain(problem);
  });

  test('never raises an exception and never leaves 0 to 100, whatever is in the files', () => {
    const anyValue = constantFrom('0', '1', '50', '999', '-1', '', 'Battery', 'Mains', 'UPS', 'Discharging', '\u0000');
    const anyFolder = record({ name: string(), values: dictionary(constantFrom(...supplyFiles), anyValue) });
    assert(
      property(anyFolder, anyFolder, (one, other) => {
        const read = readSupplies([
          { ...one, unreadable: 0 },
          { ...other, unreadable: 0 },
        ]);
        if (!read.ok || read.value.battery === 'absent') return;
        const { chargePercent, healthPercent = 0 } = read.value.battery;
        expect(Math.min(chargePercent, healthPercent)).toBeGreaterThanOrEqual(0);
        expect(Math.max(chargePercent, healthPercent)).toBeLessThanOrEqual(100);
      }),
    );
  });
});
