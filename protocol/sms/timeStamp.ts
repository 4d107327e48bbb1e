import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Problem } from './problem.ts';

/** A moment, and the zone of whoever tells it: quarters of an hour before UTC, -79 to 79. */
export interface TimeStamp {
  /** Milliseconds since 1970; whole seconds. */
  wallMs: number;
  zoneQuarters: number;
}

export const timeStampLength = 7;
export const zoneQuartersLimit = 79;

const quarterMs = 15 * 60 * 1_000;

/** Two digits of a year from here on are of the last century. */
const firstYear = 70;

/** Local time and zone in swapped semi-octets; the sign of the zone is a bit of its tens (3GPP TS 23.040 9.2.3.11). */
export function encodeTimeStamp({ wallMs, zoneQuarters }: TimeStamp): Uint8Array {
  const local = new Date(wallMs + zoneQuarters * quarterMs);
  const zone = swapped(Math.abs(zoneQuarters)) | (zoneQuarters < 0 ? 0x08 : 0);
  const fields = [
    local.getUTCFullYear() % 100,
    local.getUTCMonth() + 1,
    local.getUTCDate(),
    local.getUTCHours(),
    local.getUTCMinutes(),
    local.getUTCSeconds(),
  ];
  return Uint8Array.of(...fields.map(swapped), zone);
}

export function decodeTimeStamp(bytes: Uint8Array): Result<TimeStamp, Problem> {
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = Array.from(bytes, unswapped);
  const zone = bytes[6] ?? 0;
  const quarters = unswapped(zone & ~0x08);
  const fullYear = year < firstYear ? 2000 + year : 1900 + year;
  const localMs = Date.UTC(fullYear, month - 1, day, hours, minutes, seconds);
  const local = new Date(localMs);
  const isDay = local.getUTCMonth() === month - 1 && local.getUTCDate() === day;
  const areDigits = [...bytes.subarray(0, 6), zone & ~0x08].every((byte) => (byte & 0xf) < 10 && byte >> 4 < 10);
  if (!areDigits || !isDay || hours > 23 || minutes > 59 || seconds > 59 || quarters > zoneQuartersLimit) {
    return failure({ code: 'bad-time', message: 'a time that is none; right would be seven bytes of a calendar day' });
  }
  const zoneQuarters = (zone & 0x08) === 0 ? quarters : 0 - quarters;
  return success({ wallMs: localMs - zoneQuarters * quarterMs, zoneQuarters });
}

function swapped(value: number): number {
  return Math.floor(value / 10) | ((value % 10) << 4);
}

function unswapped(byte: number): number {
  return (byte & 0xf) * 10 + (byte >> 4);
}
