import { carriageReturn, checksumOf, endByte, type FrameEnding, lineFeed, numberDigits, startByte } from './frame.ts';

/** The frame of a tag as a reader sends it, digits in capitals. Throws when `number` is not ten hex digits: a slip of ours. */
export function encodeTag(number: string, ending: FrameEnding = 'plain'): Uint8Array {
  if (!/^[0-9a-f]{10}$/iu.test(number)) {
    throw new RangeError(`a tag's number has ${numberDigits} hex digits, not ${number.length} characters`);
  }
  const checksum = checksumOf(number).toString(16).padStart(2, '0');
  const digits = Array.from(`${number}${checksum}`.toUpperCase(), (digit) => digit.charCodeAt(0));
  const lineEnd = ending === 'with-line-end' ? [carriageReturn, lineFeed] : [];
  return Uint8Array.of(startByte, ...digits, ...lineEnd, endByte);
}
