import { assert, boolean, integer, oneof, option, property, record, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minuteMs } from '#protocol/core/time.ts';
import { readAnswer } from './answers.ts';
import { type Command, readCommand, writeCommand } from './commands.ts';
import { readIdentity, readRatings, writeIdentity, writeRatings } from './ratings.ts';
import { readStatus, type Status, writeStatus } from './status.ts';

/** Said by an Ippon at rest: https://github.com/networkupstools/nut/issues/598. */
const ippon = '(229.4 229.4 229.4 013 49.9 13.1 25.0 00001001';
/** The example of the protocol's own text (Megatec C.1). */
const example = '(208.4 140.0 208.4 034 59.9 2.05 35.0 00110000';
/** Said by an Armac whose wire drops bytes: https://github.com/networkupstools/nut/issues/1978. */
const cutShort = '(231.0 000.0 231.0 016 49.0 27.0 20.8 00001';

const tenths = (most: number) => integer({ min: 0, max: most * 10 }).map((value) => value / 10);
const maybe = <Value>(name: string, of: Value | undefined) => (of === undefined ? {} : { [name]: of });

const anyStatus = record({
  bits: record({
    mainsGone: boolean(),
    batteryLow: boolean(),
    bypass: boolean(),
    failed: boolean(),
    standby: boolean(),
    testing: boolean(),
    shutdown: boolean(),
    beeper: boolean(),
  }),
  input: option(tenths(999), { nil: undefined }),
  load: option(integer({ min: 0, max: 199 }), { nil: undefined }),
  battery: option(
    oneof(
      tenths(99)
        .filter((volts) => volts >= 3)
        .map((volts) => ({ volts, of: 'battery' as const })),
      integer({ min: 0, max: 299 }).map((volts) => ({ volts: volts / 100, of: 'cell' as const })),
      integer({ min: 100, max: 400 }).map((volts) => ({ volts, of: 'battery' as const })),
    ),
    { nil: undefined },
  ),
  celsius: option(tenths(99), { nil: undefined }),
}).map(
  ({ bits, input, load, battery, celsius }): Status => ({
    ...bits,
    ...maybe('inputVolts', input),
    ...maybe('loadPercent', load),
    ...maybe('battery', battery),
    ...maybe('temperatureCelsius', celsius),
  }),
);

describe('what a supply says of itself (Q1)', () => {
  test('is read from a supply in a home', () => {
    expect(readStatus(ippon)).toEqual({
      ok: true,
      value: {
        inputVolts: 229.4,
        faultVolts: 229.4,
        outputVolts: 229.4,
        loadPercent: 13,
        frequencyHz: 49.9,
        battery: { volts: 13.1, of: 'battery' },
        temperatureCelsius: 25,
        mainsGone: false,
        batteryLow: false,
        bypass: false,
        failed: false,
        standby: true,
        testing: false,
        shutdown: false,
        beeper: true,
      },
    });
  });

  test("is read from the protocol's own example, whose battery is told by its cell", () => {
    expect(readStatus(example)).toMatchObject({
      value: { battery: { volts: 2.05, of: 'cell' }, bypass: true, failed: true, standby: false },
    });
  });

  test('comes out as it went in', () => {
    assert(
      property(anyStatus, (status) => {
        expect(readStatus(writeStatus(status))).toEqual({ ok: true, value: status });
      }),
    );
    for (const text of [ippon, example]) {
      const read = readStatus(text);
      expect(read.ok && writeStatus(read.value)).toBe(text);
    }
  });

  test.each([
    ['hyphens', '(230.0 ---.- 230.0 --- 50.0 --.- --.- 10001000'],
    ['at signs', '(230.0 @@@.@ 230.0 @@@ 50.0 @@.@ @@.@ 10001000'],
  ])('leaves out what the supply fills with %s', (_filling, text) => {
    const read = readStatus(text);
    expect(read.ok && Object.keys(read.value)).toEqual(
      expect.not.arrayContaining(['faultVolts', 'loadPercent', 'battery', 'temperatureCelsius']),
    );
    expect(read).toMatchObject({ value: { inputVolts: 230, mainsGone: true, standby: true } });
  });

  test('is understood with more spaces, with fields behind it, and with bits that the model does not know', () => {
    expect(readStatus('(230.0  230.0 230.0 013 50.0 13.6 25.0 1000100- 12 34')).toMatchObject({
      value: { mainsGone: true, standby: true, beeper: false },
    });
  });

  test('is of the whole battery where no cell has such a voltage, however it is written', () => {
    expect(readStatus('(230.0 230.0 230.0 013 50.0 9.80 25.0 10001000')).toMatchObject({
      value: { battery: { volts: 9.8, of: 'battery' } },
    });
  });

  test.each([cutShort, '(', '()', ippon.slice(1), `${ippon.slice(0, 8)}x${ippon.slice(9)}`, `#${ippon.slice(1)}`])(
    'is refused, with what would be right, when it is %j',
    (text) => {
      expect(readStatus(text)).toMatchObject({
        problem: { code: 'wrong-form', message: expect.stringContaining('right would be (MMM.M') },
      });
    },
  );

  test('is never taken from noise, and noise raises no exception', () => {
    assert(
      property(string(), (text) => {
        expect(readStatus(`(${text}`).ok).toBe(false);
      }),
    );
  });

  test('cannot be written with a figure that has no place', () => {
    const status = readStatus(ippon);
    if (!status.ok) throw new Error('not read');
    expect(() => writeStatus({ ...status.value, loadPercent: 1000 })).toThrow('does not fit into 3 characters');
    expect(() => writeStatus({ ...status.value, temperatureCelsius: -1 })).toThrow('does not fit');
  });
});

describe('what a supply is (F, I)', () => {
  test('is read and written', () => {
    // Said by the Mecer of https://github.com/networkupstools/nut/issues/148, put together from what was read of it.
    const ratings = { volts: 230, amperes: 4, batteryVolts: 36, frequencyHz: 50 };
    expect(readRatings('#230.0 004 36.00 50.0')).toEqual({ ok: true, value: ratings });
    expect(writeRatings(ratings)).toBe('#230.0 004 36.00 50.0');
    const identity = { company: '', model: 'HV 1K', version: '00443.08' };
    expect(readIdentity('#                HV 1K      00443.08  ')).toEqual({ ok: true, value: identity });
    expect(writeIdentity(identity)).toBe('#                HV 1K      00443.08  ');
  });

  test('is read with what the model does not know', () => {
    expect(readRatings('#220.0 --- 024.0 50.0')).toEqual({
      ok: true,
      value: { volts: 220, batteryVolts: 24, frequencyHz: 50 },
    });
    // The blank answer of many models, as NUT's source has it.
    expect(readIdentity('#-------------   ------     VT12046Q  ')).toEqual({
      ok: true,
      value: { company: '', model: '', version: 'VT12046Q' },
    });
  });

  test('of more than a hundred volts keeps its width', () => {
    expect(writeRatings({ volts: 230, batteryVolts: 192 })).toBe('#230.0 --- 192.0 --.-');
  });

  test('is refused when it is something else', () => {
    expect(readRatings('#230.0 004 36.00')).toMatchObject({ ok: false, problem: { code: 'wrong-form' } });
    expect(readIdentity(`#${'x'.repeat(38)}`)).toMatchObject({ ok: false, problem: { code: 'wrong-form' } });
    expect(readIdentity('#230.0 004 36.00 50.0')).toMatchObject({ ok: false });
    expect(() => writeIdentity({ company: 'x'.repeat(16), model: '', version: '' })).toThrow('longer than 15');
  });
});

describe('what a computer says to a supply', () => {
  test.each([
    ['Q1', { command: 'status' }],
    ['F', { command: 'ratings' }],
    ['I', { command: 'identity' }],
    ['T', { command: 'test' }],
    ['T04', { command: 'test-for', minutes: 4 }],
    ['TL', { command: 'test-until-low' }],
    ['CT', { command: 'end-test' }],
    ['S.5R0000', { command: 'shut-down', afterMs: 30_000, backAfterMinutes: 0 }],
    ['S00', { command: 'shut-down', afterMs: 0 }],
    ['S02R0005', { command: 'shut-down', afterMs: 2 * minuteMs, backAfterMinutes: 5 }],
    ['S10', { command: 'shut-down', afterMs: 10 * minuteMs }],
    ['C', { command: 'no-shutdown' }],
    ['Q', { command: 'beeper' }],
  ] as const satisfies readonly (readonly [string, Command])[])('is read and written: %s', (text, command) => {
    expect(readCommand(text)).toEqual({ ok: true, value: command });
    expect(writeCommand(command)).toBe(text);
  });

  test.each(['', 'q1', 'Q2', 'T00', 'T1', 'S11', 'S.0', 'S1', 'S02R5', 'constructor', 'Q1 '])(
    'is refused when the protocol does not have it: %j',
    (text) => {
      expect(readCommand(text)).toMatchObject({ ok: false, problem: { code: 'unknown-command' } });
    },
  );

  test('raises no exception, whatever it is', () => {
    assert(
      property(string(), (text) => {
        expect(typeof readCommand(text).ok).toBe('boolean');
      }),
    );
  });

  test.each([
    { command: 'test-for', minutes: 100 },
    { command: 'shut-down', afterMs: 11 * minuteMs },
    { command: 'shut-down', afterMs: 1_000 },
    { command: 'shut-down', afterMs: 0, backAfterMinutes: 10_000 },
  ] as const)('cannot be written when no line says it: %j', (command) => {
    expect(() => writeCommand(command)).toThrow('no line says');
  });
});

test.each([
  [ippon, 'status'],
  ['#230.0 004 36.00 50.0', 'ratings'],
  ['#                HV 1K      00443.08  ', 'identity'],
  ['ACK', 'accepted'],
  ['(ACK', 'accepted'],
  ['NAK', 'refused'],
  ['(NAK', 'refused'],
  ['N', 'refused'],
  ['Q1', 'other'],
  [cutShort, 'other'],
])('a line of a supply is known by its form: %s', (text, type) => {
  expect(readAnswer(text).type).toBe(type);
});
