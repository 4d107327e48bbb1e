/**
 * The frame of 125 kHz tag readers: the RDM6300 (its data sheet, "TTL interface RS232 data format") and the ID-12LA
 * family (its data sheet, "data output format, ASCII").
 *
 *     02  number, 10 hex digits  checksum, 2 hex digits  [0D 0A on the ID-12LA]  03
 *
 * The checksum is the XOR of the five bytes that the digits stand for. The reader says nothing else, and takes no orders.
 */

/** Bits per second, 8N1, of both makes. */
export const readerBaudRate = 9_600;

/** A whole frame takes 17 ms; a gap this long inside one means that its rest will not come. */
export const interByteTimeoutMs = 100;

export const startByte = 0x02;
export const endByte = 0x03;
export const carriageReturn = 0x0d;
export const lineFeed = 0x0a;

/** Digits of a tag's number, and of the checksum behind it. */
export const numberDigits = 10;
export const checksumDigits = 2;

/** Which of the two frames a make of reader sends. */
export type FrameEnding = 'plain' | 'with-line-end';

/** The XOR of the bytes that the number's hex digits stand for. */
export function checksumOf(number: string): number {
  let sum = 0;
  for (let at = 0; at < number.length; at += 2) sum ^= Number.parseInt(number.slice(at, at + 2), 16);
  return sum;
}
