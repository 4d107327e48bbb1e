import { type Result, success } from '#protocol/core/result.ts';
import type { ByteReader } from './byteReader.ts';
import type { Problem } from './problem.ts';
import { decodeTimeStamp, encodeTimeStamp, type TimeStamp, timeStampLength } from './timeStamp.ts';

/** How long the network tries to deliver a message (3GPP TS 23.040 9.2.3.12). */
export type Validity =
  /** From 5 minutes to 63 weeks; the further away, the coarser. */
  | { kind: 'relative'; minutes: number }
  | { kind: 'absolute'; until: TimeStamp }
  /** Nobody sends it; its seven bytes are kept as they are. */
  | { kind: 'enhanced'; bytes: Uint8Array };

export type ValidityFormat = 0 | 1 | 2 | 3;

const dayMinutes = 24 * 60;
const weekMinutes = 7 * dayMinutes;
export const validityLimitMinutes = 63 * weekMinutes;

/** Bits 4 and 3 of a message's first byte (9.2.3.3). */
export function formatOf(validity: Validity | undefined): ValidityFormat {
  switch (validity?.kind) {
    case undefined:
      return 0;
    case 'enhanced':
      return 1;
    case 'relative':
      return 2;
    case 'absolute':
      return 3;
  }
}

export function encodeValidity(validity: Validity | undefined): Uint8Array {
  switch (validity?.kind) {
    case undefined:
      return new Uint8Array(0);
    case 'enhanced':
      return validity.bytes;
    case 'relative':
      return Uint8Array.of(relativeValue(validity.minutes));
    case 'absolute':
      return encodeTimeStamp(validity.until);
  }
}

export function readValidity(reader: ByteReader, format: ValidityFormat): Result<Validity | undefined, Problem> {
  if (format === 0) return success(undefined);
  const bytes = reader.take(format === 2 ? 1 : timeStampLength, 'the validity');
  if (!bytes.ok) return bytes;
  if (format === 2) return success({ kind: 'relative', minutes: relativeMinutes(bytes.value[0] ?? 0) });
  if (format === 1) return success({ kind: 'enhanced', bytes: bytes.value.slice() });
  const until = decodeTimeStamp(bytes.value);
  return until.ok ? success({ kind: 'absolute', until: until.value }) : until;
}

/** Minutes of a value (9.2.3.12.1): by 5 minutes, by half hours, by days, by weeks. */
export function relativeMinutes(value: number): number {
  if (value <= 143) return (value + 1) * 5;
  if (value <= 167) return 12 * 60 + (value - 143) * 30;
  return value <= 196 ? (value - 166) * dayMinutes : (value - 192) * weekMinutes;
}

/** The least value that is no less than the minutes; more than {@link validityLimitMinutes} is the greatest there is. */
export function relativeValue(minutes: number): number {
  let value = 0;
  while (value < 255 && relativeMinutes(value) < minutes) value += 1;
  return value;
}
