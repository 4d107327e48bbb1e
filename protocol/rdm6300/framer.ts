import { createFramer, type Framer, type Verdict } from '#protocol/core/framer.ts';
import { carriageReturn, checksumDigits, checksumOf, endByte, lineFeed, numberDigits, startByte } from './frame.ts';

/** Why bytes that began as a tag's frame were none. */
export type TagDiscardReason =
  /** Something else than a hex digit where the number or the checksum should be. */
  | 'no-digit'
  /** Neither of the two endings behind the checksum. */
  | 'no-end'
  | 'bad-checksum';

/** Finds the frames of tags. Holds 15 bytes at most. */
export function createTagFramer(): Framer<TagDiscardReason> {
  return createFramer({ starts: [startByte], judge });
}

/** The number in a frame that the framer found: ten hex digits in lower case. */
export function tagNumberIn(frame: Uint8Array): string {
  return textOf(frame, 1, 1 + numberDigits).toLowerCase();
}

const digitsEnd = 1 + numberDigits + checksumDigits;
/** The two ways to end a frame: RDM6300, ID-12LA. */
const endings: readonly (readonly number[])[] = [[endByte], [carriageReturn, lineFeed, endByte]];

function judge(bytes: Uint8Array, start: number): Verdict<TagDiscardReason> {
  const available = bytes.length - start;
  for (let at = 1; at < Math.min(digitsEnd, available); at += 1) {
    if (!isHexDigit(bytes[start + at] ?? 0)) return { kind: 'bad', reason: 'no-digit', extent: at + 1 };
  }
  if (available <= digitsEnd) return { kind: 'incomplete' };
  const ending = endings.find(([first]) => first === bytes[start + digitsEnd]);
  if (ending === undefined) return { kind: 'bad', reason: 'no-end', extent: digitsEnd + 1 };
  for (const [index, byte] of ending.entries()) {
    const at = digitsEnd + index;
    if (at >= available) return { kind: 'incomplete' };
    if (bytes[start + at] !== byte) return { kind: 'bad', reason: 'no-end', extent: at + 1 };
  }
  const length = digitsEnd + ending.length;
  const frame = bytes.subarray(start, start + length);
  const checksum = Number.parseInt(textOf(frame, 1 + numberDigits, digitsEnd), 16);
  if (checksumOf(tagNumberIn(frame)) !== checksum) return { kind: 'bad', reason: 'bad-checksum', extent: length };
  return { kind: 'frame', length };
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
