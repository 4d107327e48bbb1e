import { expect, test } from 'vitest';
import type { SupplyReading } from '#agent/hub/devices.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { minuteMs } from '#protocol/core/time.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { lookEveryMs, looksInARow, startPowerSupply } from './powerSupply.ts';
import type { SupplyFolder } from './supplyFiles.ts';

/** The driver on a machine in hand. */
function setUp() {
  const clock = createVirtualClock();
  const readings: SupplyReading[] = [];
  const health: string[] = [];
  const asked: string[] = [];
  const machine = {
    battery: { type: 'Battery', status: 'Full', capacity: '100' } as SupplyFolder['values'] | undefined,
    mains: '1',
    problem: undefined as string | undefined,
    hangs: false,
    unreadable: 0,
    answersAfterMs: 0,
  };
  function files(): Result<SupplyFolder[], string> {
    const { battery, mains, problem, unreadable } = machine;
    if (problem !== undefined) return failure(problem);
    const source = { name: 'AC', values: { type: 'Mains', online: mains }, unreadable: 0 };
    return success([source, ...(battery === undefined ? [] : [{ name: 'BAT0', values: battery, unreadable }])]);
  }
  const supply = startPowerSupply({
    folder: '/sys/class/power_supply',
    readSupplies(folder, done) {
      asked.push(folder);
      const read = files();
      if (!machine.hangs) clock.at(clock.monotonicMs() + machine.answersAfterMs, () => done(read));
    },
    clock,
    log: createLogRecorder().log,
    listener: {
      reading: (reading) => readings.push(reading),
      failing: (reason) => health.push(`failing: ${reason}`),
      well: () => health.push('well'),
    },
  });
  const news = (): SupplyReading[] => readings.splice(0);
  return { clock, machine, supply, asked, health, news, look: () => clock.advance(lookEveryMs) };
}

test('is looked at once every 5 s, at once to begin with, and only a change is told (B6.1)', () => {
  const { clock, machine, asked, health, news, look } = setUp();
  expect(asked).toEqual([]);
  clock.advance(20);
  expect(news()).toEqual([{ mains: true, battery: { chargePercent: 100 } }]);
  expect(health).toEqual(['well']);
  clock.advance(minuteMs);
  expect(asked).toHaveLength(13);
  expect(asked[0]).toBe('/sys/class/power_supply');
  expect(news()).toEqual([]);
  machine.mains = '0';
  look();
  expect(news()).toEqual([{ mains: false, battery: { chargePercent: 100 } }]);
});

test('a folder that cannot be read three times in a row is failing, said once; read again it is well', () => {
  const { clock, machine, supply, health, news, look } = setUp();
  look();
  machine.problem = 'there is no such folder';
  look();
  look();
  expect(health).toEqual(['well']);
  clock.advance(minuteMs);
  expect(health).toEqual(['well', 'failing: there is no such folder']);
  machine.problem = undefined;
  machine.mains = '0';
  look();
  expect(health.at(-1)).toBe('well');
  expect(news().at(-1)).toMatchObject({ mains: false });
  expect(supply.counters().failures).toBeGreaterThanOrEqual(looksInARow);
});

test('a folder that is not there from the beginning is failing too', () => {
  const { clock, machine, health } = setUp();
  machine.problem = 'there is no such folder';
  clock.advance(lookEveryMs * looksInARow);
  expect(health).toEqual(['failing: there is no such folder']);
});

test('a gauge that hangs is waited for by one reader only, and is failing', () => {
  const { clock, machine, asked, health, look } = setUp();
  look();
  machine.hangs = true;
  look();
  const before = asked.length;
  clock.advance(minuteMs);
  expect(asked).toHaveLength(before);
  expect(health.at(-1)).toBe('failing: /sys/class/power_supply is still being read');
});

test('a battery that is gone is absent when it was not seen three times in a row, and there at once', () => {
  const { machine, news, look } = setUp();
  look();
  news();
  const { battery } = machine;
  machine.battery = undefined;
  look();
  look();
  expect(news()).toEqual([]);
  look();
  expect(news()).toEqual([{ mains: true, battery: 'absent' }]);
  machine.battery = battery;
  look();
  expect(news()).toEqual([{ mains: true, battery: { chargePercent: 100 } }]);
});

test.each([
  [{ energy_full: '80', energy_full_design: '100' }, 'passed'],
  [{ energy_full: '60', energy_full_design: '100' }, 'failed'],
  [{ health: 'Good' }, 'passed'],
  [{}, undefined],
] as const)('its monthly test asks what the gauge has measured: %j has %s (B6.5)', (values, outcome) => {
  const { machine, supply, news, look } = setUp();
  machine.battery = { ...machine.battery, ...values };
  look();
  expect(news().map(({ battery }) => battery !== 'absent' && battery.test)).toEqual([undefined]);
  supply.testBattery();
  look();
  expect(news().map(({ battery }) => battery !== 'absent' && battery.test)).toEqual(
    outcome === undefined ? [] : [outcome],
  );
});

test('a battery that the kernel calls dead has failed without a test; another one is not judged by it', () => {
  const { machine, news, look } = setUp();
  look();
  news();
  machine.battery = { ...machine.battery, health: 'Dead' };
  look();
  expect(news()).toMatchObject([{ battery: { test: 'failed' } }]);
  machine.battery = undefined;
  for (let round = 0; round < looksInARow; round += 1) look();
  machine.battery = { type: 'Battery', capacity: '80' };
  look();
  expect(news().at(-1)).toEqual({ mains: true, battery: { chargePercent: 80 } });
});

test('files that cannot be read are counted, and the others are used', () => {
  const { machine, supply, news, look } = setUp();
  machine.unreadable = 2;
  look();
  expect(supply.counters()).toMatchObject({ unreadableFiles: 4, failures: 0 });
  expect(news()).toHaveLength(1);
});

test('says nothing more when it is stopped, not even of what is being read', () => {
  const { clock, machine, supply, health, news } = setUp();
  machine.answersAfterMs = 20;
  clock.advance(10);
  supply.stop();
  clock.advance(minuteMs);
  expect({ health, news: news(), waiting: clock.waiting() }).toEqual({ health: [], news: [], waiting: 0 });
});
