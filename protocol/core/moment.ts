import { parseDuration } from './duration.ts';
import { failure, type Result, success } from './result.ts';

const dateForm = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:\d{2})?)?$/u;

/**
 * A moment as people write it, in milliseconds since 1970: `2026-01-15`, `2026-01-15T12:00`, either in the machine's own
 * time zone, `2026-01-15T12:00:00Z`, or so long before now: `24h`. The problem says what would be right.
 */
export function parseMoment(text: string, nowMs: number): Result<number, string> {
  const ago = parseDuration(text);
  if (ago.ok) return success(nowMs - ago.value);
  const parts = dateForm.exec(text);
  const momentMs = parts === null ? Number.NaN : fromParts(parts);
  return Number.isNaN(momentMs)
    ? failure('Right would be like 2026-01-15, 2026-01-15T12:00, 2026-01-15T12:00:00Z or 24h (ago).')
    : success(momentMs);
}

function fromParts([
  ,
  year,
  month,
  date,
  hour = '00',
  minute = '00',
  second = '00',
  part = '',
  zone,
]: string[]): number {
  const day = `${year}-${month}-${date}`;
  // JavaScript takes the 30th of February for the 2nd of March.
  const isDay = new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) ?? false;
  // Without a zone, JavaScript takes date and time for local ones.
  return isDay ? Date.parse(`${day}T${hour}:${minute}:${second}.${part.padEnd(3, '0')}${zone ?? ''}`) : Number.NaN;
}

/** ISO 8601 in the machine's own time zone, with its offset, so that it is right in a report as well as on the spot. */
export function formatMoment(wallMs: number): string {
  const date = new Date(wallMs);
  const offsetMinutes = -date.getTimezoneOffset();
  const shifted = new Date(wallMs + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const hours = String(Math.floor(Math.abs(offsetMinutes) / 60)).padStart(2, '0');
  const minutes = String(Math.abs(offsetMinutes) % 60).padStart(2, '0');
  return `${shifted}${offsetMinutes < 0 ? '-' : '+'}${hours}:${minutes}`;
}
