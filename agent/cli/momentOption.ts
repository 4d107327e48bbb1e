import { InvalidArgumentError } from 'commander';
import { parseDuration } from '#protocol/core/duration.ts';

const dateForm = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:\d{2})?)?$/u;

/**
 * A moment on the command line, in milliseconds since 1970: `2026-01-15`, `2026-01-15T12:00`, either in the machine's own
 * time zone, `2026-01-15T12:00:00Z`, or so long ago: `24h`.
 */
export function readMoment(text: string, nowMs: number): number {
  const ago = parseDuration(text);
  if (ago.ok) return nowMs - ago.value;
  const parts = dateForm.exec(text);
  const momentMs = parts === null ? Number.NaN : fromParts(parts);
  if (Number.isNaN(momentMs)) {
    throw new InvalidArgumentError(
      'Right would be like 2026-01-15, 2026-01-15T12:00, 2026-01-15T12:00:00Z or 24h (ago).',
    );
  }
  return momentMs;
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
