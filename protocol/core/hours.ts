import { failure, type Result, success } from './result.ts';
import { minuteMs } from './time.ts';

/** Hours of the week in local time, for example every night from 22:00 to 06:00. */
export type Hours = readonly HoursSpan[];

interface HoursSpan {
  /** The day on which it begins: 0 is Sunday. */
  weekday: number;
  /** Minutes from that day's midnight; beyond 1440 it is the next day. */
  fromMinute: number;
  toMinute: number;
}

/** As hours are written: every day, several times every day, or by weekday. */
export type WrittenHours =
  | string
  | readonly string[]
  | Readonly<Record<string, string | readonly string[] | undefined>>;

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** A time of day such as 07:30. */
export const timePattern = '([01][0-9]|2[0-3]):[0-5][0-9]';
export const spanPattern = `^${timePattern}-(${timePattern}|24:00)$`;

const dayMinutes = 24 * 60;
const dayMs = dayMinutes * minuteMs;

/**
 * Reads hours as they are written. What ends before it begins, or when it begins, ends on the next day; it belongs to the
 * day on which it begins. Throws when a text has not the form of {@link spanPattern}: that is checked where it comes in.
 */
export function readHours(written: WrittenHours): Hours {
  const days: readonly (readonly [number, string | readonly string[]])[] =
    typeof written === 'string' || isList(written)
      ? weekdays.map((_, weekday) => [weekday, written] as const)
      : weekdays.map((name, weekday) => [weekday, written[name] ?? []] as const);
  return days.flatMap(([weekday, spans]) =>
    (typeof spans === 'string' ? [spans] : spans).map((span) => readSpan(weekday, span)),
  );
}

function isList(written: object): written is readonly string[] {
  return Array.isArray(written);
}

function readSpan(weekday: number, span: string): HoursSpan {
  if (!new RegExp(spanPattern, 'u').test(span)) throw new RangeError(`${JSON.stringify(span)} are no hours`);
  const [from = '', to = ''] = span.split('-');
  const fromMinute = minuteOf(from);
  const toMinute = minuteOf(to);
  return { weekday, fromMinute, toMinute: toMinute > fromMinute ? toMinute : toMinute + dayMinutes };
}

/** `07:30` as minutes from midnight. */
export function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** Local time in one zone, daylight saving included (B8.1). */
export interface LocalTime {
  isInside(hours: Hours, wallMs: number): boolean;
  /**
   * How long it takes from `wallMs` on until `lengthMs` of it were inside the hours. Undefined when that is never, or too
   * far away: see {@link lookAheadDays}.
   */
  untilInside(hours: Hours, wallMs: number, lengthMs: number): number | undefined;
  /** From `wallMs` on until the next of these minutes of the day; now does not count. */
  untilNext(minutes: readonly number[], wallMs: number): number | undefined;
  /** The minute of the local day, and the day in local time, to tell one minute from another. */
  minute(wallMs: number): { weekday: number; minute: number; day: string };
}

/** A week may hold one span; two weeks hold every length that a guard can have. */
const lookAheadDays = 15;
/** All zones are ahead of UTC by a multiple of this, and change at one. */
const zoneStepMs = 15 * minuteMs;

/** Zones already read: making one takes longer than all that it is asked for, and every hub asks. */
const knownZones = new Map<string, LocalTime>();

/** The problem says what would be right. */
export function localTimeIn(timezone: string): Result<LocalTime, string> {
  const known = knownZones.get(timezone);
  if (known !== undefined) return success(known);
  const format = formatIn(timezone);
  if (format === undefined) {
    return failure(`there is no time zone ${JSON.stringify(timezone)}; right would be like Europe/Stockholm`);
  }
  const made = localTimeBy(createOffsets(format));
  knownZones.set(timezone, made);
  return success(made);
}

function localTimeBy(offsetAt: (wallMs: number) => number): LocalTime {
  /** Minutes of local time since 1970. */
  const localMinute = (wallMs: number): number => Math.floor((wallMs + offsetAt(wallMs)) / minuteMs);

  function isInside(hours: Hours, wallMs: number): boolean {
    const minutes = localMinute(wallMs);
    const today = weekdayOf(minutes);
    const now = minuteOfDay(minutes);
    return hours.some(({ weekday, fromMinute, toMinute }) => {
      const since = now + (weekday === today ? 0 : dayMinutes);
      const isItsDay = weekday === today || weekday === (today + 6) % 7;
      return isItsDay && since >= fromMinute && since < toMinute;
    });
  }

  /** Each minute from now on, this one from where it is. */
  function* minutes(wallMs: number): Generator<{ fromMs: number; toMs: number }> {
    const endMs = wallMs + lookAheadDays * dayMinutes * minuteMs;
    for (let fromMs = wallMs; fromMs < endMs; ) {
      const toMs = (Math.floor(fromMs / minuteMs) + 1) * minuteMs;
      yield { fromMs, toMs };
      fromMs = toMs;
    }
  }

  return {
    isInside,
    minute(wallMs) {
      const now = localMinute(wallMs);
      const day = new Date(now * minuteMs).toISOString().slice(0, 10);
      return { weekday: weekdayOf(now), minute: minuteOfDay(now), day };
    },
    untilInside(hours, wallMs, lengthMs) {
      let leftMs = lengthMs;
      for (const { fromMs, toMs } of minutes(wallMs)) {
        if (!isInside(hours, fromMs)) continue;
        if (toMs - fromMs >= leftMs) return fromMs + leftMs - wallMs;
        leftMs -= toMs - fromMs;
      }
      return undefined;
    },
    untilNext(times, wallMs) {
      // Most homes have no such times, and two weeks have many minutes.
      if (times.length === 0) return undefined;
      for (const { toMs } of minutes(wallMs)) {
        if (times.includes(minuteOfDay(localMinute(toMs)))) return toMs - wallMs;
      }
      return undefined;
    },
  };
}

/** Of a minute since 1970, which began on a Thursday. */
function weekdayOf(minutes: number): number {
  return (((Math.floor(minutes / dayMinutes) + 4) % 7) + 7) % 7;
}

function minuteOfDay(minutes: number): number {
  return ((minutes % dayMinutes) + dayMinutes) % dayMinutes;
}

/** Moments whose offset is remembered; years of days fit in. */
const offsetsLimit = 4_096;

/**
 * How far local time is ahead of UTC, looked up as seldom as may be: a lookup takes microseconds. No zone changes there
 * and back within a day, so that a day that ends as it began was so all the time.
 */
function createOffsets(format: Intl.DateTimeFormat): (wallMs: number) => number {
  const known = new Map<number, number>();
  let dayFromMs = Number.POSITIVE_INFINITY;
  let dayOffsetMs = 0;

  function lookUp(momentMs: number): number {
    const found = known.get(momentMs);
    if (found !== undefined) return found;
    const offset = offsetMs(format, momentMs);
    if (known.size >= offsetsLimit) known.clear();
    known.set(momentMs, offset);
    return offset;
  }

  return (wallMs) => {
    if (wallMs >= dayFromMs && wallMs < dayFromMs + dayMs) return dayOffsetMs;
    const fromMs = Math.floor(wallMs / dayMs) * dayMs;
    const offset = lookUp(fromMs);
    if (offset !== lookUp(fromMs + dayMs)) return lookUp(Math.floor(wallMs / zoneStepMs) * zoneStepMs);
    dayFromMs = fromMs;
    dayOffsetMs = offset;
    return offset;
  };
}

function formatIn(timezone: string): Intl.DateTimeFormat | undefined {
  const digits = { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hourCycle: 'h23', year: 'numeric', ...digits });
  } catch {
    return undefined;
  }
}

/** How far local time is ahead of UTC at this moment, a whole second. */
function offsetMs(format: Intl.DateTimeFormat, momentMs: number): number {
  const parts = new Map(format.formatToParts(momentMs).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return local - momentMs;
}
