import { type Hours, type LocalTime, localTimeIn } from '#protocol/core/hours.ts';
import type { HubContext } from '#agent/hub/concern.ts';

/** What o'clock it is for guards (B8.1). */
export interface GuardedHours {
  /**
   * Whether it is inside the hours now. A clock that is not set stands in the way of no alarm (B12.3): then it is, rather
   * one alarm too many.
   */
  isInside(hours: Hours): boolean;
  /** How long it takes until so much time was inside the hours; undefined when never. */
  untilInside(hours: Hours, lengthMs: number): number | undefined;
  /** Until the next of these minutes of the day; undefined while nobody knows what time it is. */
  untilNext(minutes: readonly number[]): number | undefined;
  /** The minute of the day, and that day. */
  minute(): { minute: number; day: string };
}

export function createGuardedHours({ clock, configuration }: HubContext): GuardedHours {
  let timezone: string | undefined;
  let known: LocalTime | undefined;

  function local(): LocalTime {
    const current = configuration().timezone;
    if (known !== undefined && timezone === current) return known;
    const read = localTimeIn(current);
    if (!read.ok) throw new Error(read.problem);
    timezone = current;
    known = read.value;
    return known;
  }

  return {
    isInside: (hours) => !clock.wallTrusted() || local().isInside(hours, clock.wallMs()),
    untilInside: (hours, lengthMs) =>
      clock.wallTrusted() ? local().untilInside(hours, clock.wallMs(), lengthMs) : lengthMs,
    untilNext: (minutes) => (clock.wallTrusted() ? local().untilNext(minutes, clock.wallMs()) : undefined),
    minute: () => local().minute(clock.wallMs()),
  };
}
