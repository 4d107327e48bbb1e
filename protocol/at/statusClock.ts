import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Problem } from './problem.ts';
import { plain, quoted, type Values } from './responseValues.ts';

const quarterMs = 15 * 60 * 1_000;

/** `yy/MM/dd,hh:mm:ss±zz`, local time; zz is the zone in quarters of an hour (3GPP TS 27.007 8.15). */
const clockForm = /^(\d{2})\/(\d{2})\/(\d{2}),(\d{2}):(\d{2}):(\d{2})(?:([+-])(\d{2}))?$/u;

/** `+CCLK: "…"`: milliseconds since 1970. Two digits of a year from 70 on are of the last century: a clock never set. */
export function readClock(values: Values): Result<number, Problem> {
  // Some modems leave the quotation marks out, and then the comma has separated values.
  const text = values.map(plain).join(',');
  const [, yy, ...fields] = clockForm.exec(text) ?? [];
  const [month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = fields.slice(0, 5).map(Number);
  const year = yearOf(Number(yy));
  const isTime = hours < 24 && minutes < 60 && seconds < 60;
  const localMs = Date.UTC(year, month - 1, day, hours, minutes, seconds);
  const isDay = new Date(localMs).getUTCMonth() === month - 1 && new Date(localMs).getUTCDate() === day;
  if (yy === undefined || !isTime || !isDay) {
    return failure({ code: 'unknown-value', message: '+CCLK: no time; right would be "yy/MM/dd,hh:mm:ss±zz"' });
  }
  const quarters = Number(fields[6] ?? 0) * (fields[5] === '-' ? -1 : 1);
  return success(localMs - quarters * quarterMs);
}

/** `zoneQuarters`: local time's quarters of an hour before UTC. */
export function formatClock(wallMs: number, zoneQuarters: number): string {
  const local = new Date(wallMs + zoneQuarters * quarterMs).toISOString();
  const date = local.slice(2, 10).replaceAll('-', '/');
  const zone = `${zoneQuarters < 0 ? '-' : '+'}${String(Math.abs(zoneQuarters)).padStart(2, '0')}`;
  return `+CCLK: ${quoted(`${date},${local.slice(11, 19)}${zone}`)}`;
}

function yearOf(yy: number): number {
  return yy >= 70 ? 1900 + yy : 2000 + yy;
}
