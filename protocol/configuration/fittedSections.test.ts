import { describe, expect, test } from 'vitest';
import { readConfiguration } from './configuration.ts';
import { readRemoteConfiguration } from './remote.ts';

const least = { hub: 'hub-0001', centre: { primary: { url: 'mqtt://127.0.0.1:1883' } } };

test('what is not named is not fitted', () => {
  const read = readConfiguration(least);
  expect(read.ok && Object.keys(read.value)).not.toContain('ups');
});

test('a device that is named has a port', () => {
  expect(readConfiguration({ ...least, radar: {} })).toMatchObject({ ok: false, problem: [{ path: ['radar'] }] });
  expect(readConfiguration({ ...least, reader: { port: '/dev/ttyUSB3' } })).toMatchObject({
    ok: true,
    value: { reader: { port: '/dev/ttyUSB3' } },
  });
});

describe('a supply', () => {
  test.each([{ port: '/dev/ttyUSB4' }, { powerSupply: '/sys/class/power_supply' }])('is at one place: %j', (ups) => {
    expect(readConfiguration({ ...least, ups })).toMatchObject({ ok: true, value: { ups } });
  });

  test.each([{}, { port: '/dev/ttyUSB4', powerSupply: '/sys/class/power_supply' }])(
    'is nowhere, or at two places: that is told with what would be right: %j',
    (ups) => {
      const message =
        `ups has ${Object.keys(ups).length} keys; right would be exactly one of port (a serial port, Megatec) ` +
        'and powerSupply (a folder of the kernel)';
      expect(readConfiguration({ ...least, ups })).toEqual({
        ok: false,
        problem: [{ path: ['ups'], at: 'value', message }],
      });
    },
  );

  test('with a slip in its key is told which one was meant', () => {
    const read = readConfiguration({ ...least, ups: { powersupply: '/sys/class/power_supply' } });
    expect(read.ok ? [] : read.problem.map(({ message }) => message)).toEqual([
      'unknown key "powersupply" in ups; did you mean "powerSupply"?',
    ]);
  });
});

test("what is fitted is the machine's own affair: a configuration from the centre leaves it, and may not hold it (B11.1)", () => {
  const local = readConfiguration({ ...least, gnss: { port: '/dev/ttyUSB1' } });
  if (!local.ok) throw new Error('the local configuration is not right');
  expect(readRemoteConfiguration({ ...least, version: 2 }, local.value)).toMatchObject({
    ok: true,
    value: { version: 2, gnss: { port: '/dev/ttyUSB1' } },
  });
  expect(readRemoteConfiguration({ ...least, gnss: { port: '/dev/ttyUSB2' } }, local.value)).toMatchObject({
    ok: false,
    problem: [
      { path: ['gnss'], message: "gnss is the machine's own affair; right would be a configuration without it" },
    ],
  });
});
