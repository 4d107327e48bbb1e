import { failure, type Result, success } from '#protocol/core/result.ts';

interface LocalTimeProblem {
  /** Which of the two is wrong. */
  key: 'start' | 'timezone';
  message: string;
}

/**
 * A local time such as `2026-03-28T21:00` as milliseconds since 1970. A time that the clocks skip in spring is wrong; of
 * one that comes twice in autumn the first is meant.
 */
export function localTimeMs(local: string, timezone: string): Result<number, LocalTimeProblem> {
  const utcMs = Date.parse(`${local}Z`);
  if (Number.isNaN(utcMs) || !new Date(utcMs).toISOString().startsWith(local)) {
    const message = `start is ${JSON.stringify(local)}, which is no day or time; right would be like 2026-01-15T12:00`;
    return failure({ key: 'start', message });
  }
  const format = formatIn(timezone);
  if (format === undefined) {
    const message = `there is no time zone ${JSON.stringify(timezone)}; right would be like Europe/Stockholm`;
    return failure({ key: 'timezone', message });
  }
  // Offsets of the day before and the day after: one of them is the right one, the greater gives the earlier moment.
  const offsets = [utcMs - dayMs, utcMs + dayMs].map((momentMs) => offsetMs(format, momentMs));
  const moments = offsets
    .map((offset) => utcMs - offset)
    .filter((momentMs) => momentMs + offsetMs(format, momentMs) === utcMs)
    .toSorted((a, b) => a - b);
  const [first] = moments;
  if (first === undefined) {
    const message = `start is ${local}, which the clocks in ${timezone} skip; right would be an hour later`;
    return failure({ key: 'start', message });
  }
  return success(first);
}

const dayMs = 86_400_000;

function formatIn(timezone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  } catch {
    return undefined;
  }
}

/** How far local time is ahead of UTC at this moment. */
function offsetMs(format: Intl.DateTimeFormat, momentMs: number): number {
  const parts = new Map(format.formatToParts(momentMs).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return local - momentMs;
}
