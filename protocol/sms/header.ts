import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Problem } from './problem.ts';

/** Which part of a longer message this is (3GPP TS 23.040 9.2.3.24.1 and 9.2.3.24.8). */
export interface Part {
  /** The same in all parts: 0 to 255, or 0 to 65535 when `isWide`. */
  reference: number;
  isWide: boolean;
  /** From 1. */
  number: number;
  total: number;
}

/** Parts of one message. */
export const partsLimit = 255;

const concatenation = { narrow: 0x00, wide: 0x08 } as const;

/** Bytes of the header of a part, its own length included. */
export function headerLength({ isWide }: Pick<Part, 'isWide'>): number {
  return isWide ? 7 : 6;
}

export function encodeHeader({ reference, isWide, number, total }: Part): Result<Uint8Array, Problem> {
  const referenceLimit = isWide ? 0xffff : 0xff;
  const isRight =
    number >= 1 && number <= total && total <= partsLimit && reference >= 0 && reference <= referenceLimit;
  if (!isRight || !Number.isInteger(reference + number + total)) {
    return failure({ code: 'bad-value', message: `part ${number} of ${total}; right would be 1 to ${partsLimit}` });
  }
  if (!isWide) return success(Uint8Array.of(5, concatenation.narrow, 3, reference, total, number));
  return success(Uint8Array.of(6, concatenation.wide, 4, reference >> 8, reference & 0xff, total, number));
}

/** The elements of a header one after the other; those that are not known are passed over, as the standard asks. */
export function decodeHeader(bytes: Uint8Array): Result<{ length: number; part?: Part }, Problem> {
  const [told] = bytes;
  if (told === undefined || told + 1 > bytes.length) return bad('a header longer than the message');
  let part: Part | undefined;
  let at = 1;
  while (at < told + 1) {
    const [identifier = 0, length] = bytes.subarray(at, told + 1);
    const value = bytes.subarray(at + 2, Math.min(at + 2 + (length ?? 0), told + 1));
    if (length === undefined || value.length < length) return bad('an element longer than its header');
    part = readPart(identifier, value) ?? part;
    at += 2 + length;
  }
  return success({ length: told + 1, ...(part === undefined ? {} : { part }) });
}

/** A part 0, or one beyond the total, is as if there was none (9.2.3.24.1). */
function readPart(identifier: number, value: Uint8Array): Part | undefined {
  const isWide = identifier === concatenation.wide;
  if ((identifier !== concatenation.narrow && !isWide) || value.length !== (isWide ? 4 : 3)) return undefined;
  const [high = 0, low = 0] = value;
  const reference = isWide ? (high << 8) | low : high;
  const [total = 0, number = 0] = value.subarray(isWide ? 2 : 1);
  return number === 0 || number > total ? undefined : { reference, isWide, number, total };
}

function bad(message: string): Result<never, Problem> {
  return failure({ code: 'bad-header', message });
}
