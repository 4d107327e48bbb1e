import {
  type Arbitrary,
  assert,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  option,
  property,
  record,
  string,
  tuple,
  uint8Array,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rorgs } from './constants.ts';
import { decodeProfile, encodeProfile, type ProfileEvent, type ProfileName, profiles } from './profiles.ts';
import { decodeTeachIn } from './teachIn.ts';
import { readStatus } from './telegram.ts';

const byte = integer({ min: 0, max: 255 });
const named = constantFrom('AI', 'A0', 'BI', 'B0', 'CI', 'C0', 'DI', 'D0');
const supplyVolts = integer({ min: 0, max: 250 }).map((steps) => steps / 50);
const occupied = boolean();

const taughtIn: Arbitrary<ProfileEvent> = oneof(
  constant({ event: 'teach-in' as const }),
  tuple(integer({ min: 0, max: 63 }), integer({ min: 0, max: 127 }), integer({ min: 0, max: 2047 })).map(
    ([func, type, manufacturer]) => ({
      event: 'teach-in' as const,
      taught: { profile: `A5-${hexByte(func)}-${hexByte(type)}`, manufacturer },
    }),
  ),
);

function hexByte(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}

const anySignal: Arbitrary<ProfileEvent> = oneof(
  integer({ min: 0, max: 100 }).map((chargePercent) => ({ event: 'battery' as const, chargePercent })),
  record({
    event: constant('signal' as const),
    messageId: byte.filter((id) => id !== 6),
    data: uint8Array({ maxLength: 13 }),
  }),
);

/** Every event that each profile can say. */
const events: Record<ProfileName, Arbitrary<ProfileEvent>> = {
  'F6-02-01': oneof(
    constant({ event: 'released' as const }),
    named.map((button) => ({ event: 'pressed' as const, button })),
    record({ event: constant('pressed' as const), button: named, second: named }),
    constant({ event: 'pressed' as const, button: 'several' as const }),
  ),
  'F6-01-01': constantFrom<ProfileEvent>({ event: 'released' }, { event: 'pressed', button: 'push' }),
  'F6-05-02': constantFrom<ProfileEvent>({ event: 'smoke' }, { event: 'smoke-over' }, { event: 'battery-low' }),
  'D5-00-01': constantFrom<ProfileEvent>(
    { event: 'contact', open: true },
    { event: 'contact', open: false },
    { event: 'teach-in' },
  ),
  'A5-07-01': oneof(taughtIn, occupancyEvents(option(supplyVolts, { nil: undefined }), constant(undefined))),
  'A5-07-02': oneof(taughtIn, occupancyEvents(option(supplyVolts, { nil: undefined }), constant(undefined))),
  'A5-07-03': oneof(
    taughtIn,
    occupancyEvents(
      option(supplyVolts, { nil: undefined }),
      option(integer({ min: 0, max: 1000 }), { nil: undefined }),
    ),
  ),
};

function occupancyEvents(
  supply: Arbitrary<number | undefined>,
  light: Arbitrary<number | undefined>,
): Arbitrary<ProfileEvent> {
  return tuple(occupied, supply, light).map(([occupied, supplyVolts, illuminationLux]) => ({
    event: 'occupancy',
    occupied,
    ...(supplyVolts === undefined ? {} : { supplyVolts }),
    ...(illuminationLux === undefined ? {} : { illuminationLux }),
  }));
}

describe.each(Object.keys(profiles) as ProfileName[])('the equipment profile %s', (name) => {
  test('reads every event as it was said', () => {
    assert(
      property(oneof(events[name], anySignal), (event) => {
        const content = encodeProfile(name, event);
        expect(content.ok ? decodeProfile(name, content.value) : content).toEqual({ ok: true, value: event });
      }),
    );
  });

  test('makes an event or a problem of any telegram, never an exception', () => {
    const kind = oneof(constantFrom(...Object.values(rorgs)), byte);
    assert(
      property(kind, uint8Array({ maxLength: 14 }), byte, (rorg, payload, status) => {
        const read = decodeProfile(name, { rorg, payload, status });
        expect(read.ok ? read.value.event : read.problem.message).toBeTypeOf('string');
      }),
    );
  });
});

describe('a pendant', () => {
  test.each([
    // EEP F6-02, N-messages and U-messages with T21.
    ['one button', 0x30, 0x30, { event: 'pressed', button: 'A0' }],
    ['two buttons', 0x15, 0x30, { event: 'pressed', button: 'AI', second: 'BI' }],
    ['its whole face at once', 0x70, 0x20, { event: 'pressed', button: 'several' }],
    ['nothing any more', 0x00, 0x20, { event: 'released' }],
    ['one button, through two repeaters', 0x30, 0x32, { event: 'pressed', button: 'A0' }],
  ])('tells that somebody presses %s', (_, code, status, event) => {
    const content = { rorg: rorgs.repeatedSwitch, payload: Uint8Array.of(code), status };
    expect(decodeProfile('F6-02-01', content)).toEqual({ ok: true, value: event });
  });

  test('with one button is heard whatever its status bits are', () => {
    assert(
      property(byte, (status) => {
        const content = { rorg: rorgs.repeatedSwitch, payload: Uint8Array.of(0x10), status };
        expect(decodeProfile('F6-01-01', content)).toEqual({ ok: true, value: { event: 'pressed', button: 'push' } });
      }),
    );
  });
});

test('a smoke detector that says something unknown is a problem, not an alarm', () => {
  const content = { rorg: rorgs.repeatedSwitch, payload: Uint8Array.of(0x20), status: 0 };
  expect(decodeProfile('F6-05-02', content)).toMatchObject({ ok: false, problem: { code: 'unknown-value' } });
});

test('movement is told although the supply voltage is an error code', () => {
  const content = { rorg: rorgs.fourByte, payload: Uint8Array.of(253, 0, 0, 0x88), status: 0 };
  expect(decodeProfile('A5-07-02', content)).toEqual({ ok: true, value: { event: 'occupancy', occupied: true } });
});

test('a teach-in is known from the telegram alone, and a press is none', () => {
  const taught = { rorg: rorgs.fourByte, payload: Uint8Array.of(0x1c, 0x08, 0x0d, 0x80), status: 0 };
  const untaught = { rorg: rorgs.oneByte, payload: Uint8Array.of(0), status: 0 };
  const press = { rorg: rorgs.repeatedSwitch, payload: Uint8Array.of(0), status: 0x20 };
  expect(decodeTeachIn(taught)).toEqual({ event: 'teach-in', taught: { profile: 'A5-07-01', manufacturer: 13 } });
  expect(decodeTeachIn(untaught)).toEqual({ event: 'teach-in' });
  expect(decodeTeachIn(press)).toBeUndefined();
});

describe('a telegram that does not fit', () => {
  const press = { rorg: rorgs.repeatedSwitch, payload: Uint8Array.of(0x30), status: 0x30 };

  test.each([
    ['of another kind', 'D5-00-01', press, 'wrong-rorg', 'D5-00-01 speaks in telegrams of kind D5, not F6'],
    ['that is encrypted', 'F6-02-01', { ...press, rorg: 0x30 }, 'secure', 'kind 30 are encrypted'],
    ['of another length', 'F6-02-01', { ...press, payload: new Uint8Array(2) }, 'wrong-length', '1 bytes of payload'],
    ['of a mistyped profile', 'F6-0201', press, 'unknown-profile', 'did you mean F6-02-01?'],
    ['of a profile that an object has by chance', 'constructor', press, 'unknown-profile', 'known are A5-07-01, '],
    ['that charges over 100 per cent', 'F6-02-01', signal(6, 101), 'unknown-value', '0 to 100 per cent, not 101'],
    ['that signals nothing', 'F6-02-01', signal(), 'wrong-length', 'at least one byte'],
  ])('is a problem that says what would be right: one %s', (_, name, content, code, words) => {
    const read = decodeProfile(name, content);
    expect(read).toMatchObject({ ok: false, problem: { code } });
    expect(read.ok ? '' : read.problem.message).toContain(words);
  });

  function signal(...payload: number[]) {
    return { rorg: rorgs.signal, payload: Uint8Array.from(payload), status: 0 };
  }
});

describe('an event that cannot be said', () => {
  test.each<[ProfileName, ProfileEvent]>([
    ['F6-02-01', { event: 'smoke' }],
    ['F6-02-01', { event: 'pressed', button: 'push' }],
    ['F6-01-01', { event: 'pressed', button: 'A0' }],
    ['F6-05-02', { event: 'released' }],
    ['D5-00-01', { event: 'teach-in', taught: { profile: 'A5-07-01', manufacturer: 13 } }],
    ['A5-07-01', { event: 'contact', open: true }],
  ])('is a problem of the profile %s: %j', (name, event) => {
    expect(encodeProfile(name, event)).toMatchObject({ ok: false, problem: { code: 'not-in-profile' } });
  });

  test.each<[ProfileName, ProfileEvent]>([
    ['A5-07-01', { event: 'occupancy', occupied: true, supplyVolts: 5.1 }],
    ['A5-07-03', { event: 'occupancy', occupied: true, illuminationLux: 1002 }],
    ['A5-07-03', { event: 'teach-in', taught: { profile: 'D5-00-01', manufacturer: 13 } }],
    ['A5-07-03', { event: 'teach-in', taught: { profile: 'A5-07-03', manufacturer: 2048 } }],
    ['F6-02-01', { event: 'battery', chargePercent: 101 }],
  ])('throws when its figures are out of range, in %s: %j', (name, event) => {
    expect(() => encodeProfile(name, event)).toThrow(RangeError);
  });

  test('is one of an unknown profile', () => {
    assert(
      property(string(), (name) => {
        if (Object.hasOwn(profiles, name)) return;
        expect(encodeProfile(name, { event: 'released' })).toMatchObject({ problem: { code: 'unknown-profile' } });
      }),
    );
  });
});

test('the status byte tells button code, message kind and how often it was repeated', () => {
  expect(readStatus(0x32)).toEqual({ t21: true, nu: true, repeaterCount: 2 });
  expect(readStatus(0x8f)).toEqual({ t21: false, nu: false, repeaterCount: 15 });
});
