import { constantFrom, string, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fates, framerContract, whole } from '#test/framerContract.ts';
import { hexBytes } from '#test/hexBytes.ts';
import type { FrameEnding } from './frame.ts';
import { createTagFramer, tagNumberIn } from './framer.ts';
import { encodeTag } from './writer.ts';

const numbers = string({ unit: constantFrom(...'0123456789abcdef'.split('')), minLength: 10, maxLength: 10 });
const endings = constantFrom<FrameEnding>('plain', 'with-line-end');
const frame = encodeTag('62e3086ced');

/** What is in the one frame that the bytes are. */
function numberIn(bytes: Uint8Array): string | undefined {
  const [item] = whole(createTagFramer(), bytes);
  return item?.kind === 'frame' && item.bytes.length === bytes.length ? tagNumberIn(item.bytes) : undefined;
}

describe('a tag recorded from a real reader, or published by its maker', () => {
  test.each<[name: string, hex: string, number: string, printed: number, ending: FrameEnding]>([
    // The example of the RDM6300's data sheet.
    ['the data sheet', '02 36 32 45 33 30 38 36 43 45 44 30 38 03', '62e3086ced', 0xe3086ced, 'plain'],
    // Recorded, with what is printed on the tag: Stack Overflow, question 11848921.
    ['printed 0013530444', '02 33 43 30 30 43 45 37 35 34 43 43 42 03', '3c00ce754c', 13_530_444, 'plain'],
    // Recorded with an RDM6300: Arduino forum, thread 1072597.
    ['an RDM6300', '02 35 39 30 30 42 34 37 42 34 46 44 39 03', '5900b47b4f', 0x00b47b4f, 'plain'],
    // The frame that the ID-12LA's data sheet draws, around the number of the first.
    ['an ID-12LA', '02 36 32 45 33 30 38 36 43 45 44 30 38 0D 0A 03', '62e3086ced', 0xe3086ced, 'with-line-end'],
  ])('is understood and written the same: %s', (_, hex, number, printed, ending) => {
    expect(numberIn(hexBytes(hex))).toBe(number);
    expect(encodeTag(number, ending)).toEqual(hexBytes(hex));
    // Four of the five bytes are what people find on the tag.
    expect(Number.parseInt(number.slice(2), 16)).toBe(printed);
  });

  test('in small letters is the same tag', () => {
    expect(numberIn(frame.map((byte) => (byte >= 0x41 ? byte + 0x20 : byte)))).toBe('62e3086ced');
  });
});

describe('the framer of tags', () => {
  framerContract({
    create: createTagFramer,
    frames: tuple(numbers, endings).map(([number, ending]) => encodeTag(number, ending)),
    tempting: [0x02, 0x03, 0x0d, 0x0a, 0x30, 0x39, 0x41, 0x46, 0x66],
    holdsAtMost: 15,
  });

  test.each([
    ['a wrong digit', frame.with(5, 0x31), ['bad-checksum 14']],
    ['no digit', frame.with(5, 0x47), ['no-digit 6', 'no-start 8']],
    ['another beginning inside', concat([frame.subarray(0, 5), frame]), ['no-digit 5', 'frame 14']],
    ['no end', frame.with(13, 0x00), ['no-end 14']],
    ['half a line end', concat([frame.with(13, 0x0d), Uint8Array.of(0x03)]), ['no-end 15']],
    ['half of it', frame.subarray(0, 9), ['half-frame 9']],
    ['only noise', Uint8Array.of(0, 0xff, 0x55), ['no-start 3']],
  ])('tells why it was none: %s', (_, bytes, expected) => {
    expect(fates(whole(createTagFramer(), bytes))).toEqual(expected);
  });

  test('tells a tag with its last byte, and waits for nothing', () => {
    const framer = createTagFramer();
    expect(framer.push(frame.subarray(0, 13))).toEqual([]);
    expect(fates(framer.push(frame.subarray(13)))).toEqual(['frame 14']);
    expect(framer.waiting()).toBe(false);
  });
});

test.each(['', '62e3086ce', '62e3086cedf', '62e3086cez'])('a number that no tag has is not written: %j', (number) => {
  expect(() => encodeTag(number)).toThrow('10 hex digits');
});
