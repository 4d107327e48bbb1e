import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesInHex } from '#protocol/core/hex.ts';
import { createInputParser, encodeInput, inputEventBytes, inputTypes, keyValues } from './event.ts';
import { keyCodes, keyNameOf, keyNames } from './keys.ts';

/** `evtest` and `hexdump` of a gpio-keys button on a 64-bit Pi: seconds, microseconds, EV_KEY, KEY_PROG1, down. */
const pressed = '66 1c 2b 65 00 00 00 00 20 a1 07 00 00 00 00 00 01 00 94 00 01 00 00 00';

test('reads a press as the kernel writes it', () => {
  const bytes = Uint8Array.from(pressed.split(' '), (byte) => Number.parseInt(byte, 16));
  expect(createInputParser().push(bytes)).toEqual([
    { type: inputTypes.key, code: keyCodes.KEY_PROG1, value: keyValues.down },
  ]);
});

test('writes it in the same bytes', () => {
  const atMs = 0x65_2b_1c_66 * 1_000 + 500;
  const bytes = encodeInput({ type: inputTypes.key, code: keyCodes.KEY_PROG1, value: keyValues.down }, atMs);
  expect(bytesInHex(bytes)).toBe(pressed);
});

test('joins events, however they are cut', () => {
  const event = fc.record({
    type: fc.nat(0xffff),
    code: fc.nat(0xffff),
    value: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), fc.array(fc.nat(30), { maxLength: 40 }), (events, cuts) => {
      const bytes = Uint8Array.from(events.flatMap((one) => [...encodeInput(one)]));
      const parser = createInputParser();
      let at = 0;
      const read = [...cuts, bytes.length].flatMap((length) => {
        const piece = bytes.subarray(at, at + length);
        at += length;
        return parser.push(piece);
      });
      expect(read).toEqual(events.slice(0, Math.floor(Math.min(at, bytes.length) / inputEventBytes)));
    }),
  );
});

test('forgets half an event of a device that is gone', () => {
  const parser = createInputParser();
  const whole = encodeInput({ type: inputTypes.key, code: keyCodes.BTN_0, value: keyValues.up });
  parser.push(whole.subarray(0, 10));
  parser.reset();
  expect(parser.push(whole)).toHaveLength(1);
});

test('every key has one name, and every name one key', () => {
  expect(keyNames.map((name) => keyNameOf(keyCodes[name]))).toEqual(keyNames);
});
