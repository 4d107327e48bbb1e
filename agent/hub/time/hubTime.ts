import type { Clock } from '#protocol/core/time.ts';
import type { Facts } from '#agent/hub/facts.ts';
import type { Journal, Kept, Stamp } from '#agent/hub/ports.ts';

/** Who told the time, the best last (B12.3). The last time in the journal is no source: it is only shown. */
export const timeSources = ['satellites', 'mobile', 'network'] as const;

export type TimeSource = (typeof timeSources)[number];

/** What is known of the wall clock of one run of the machine. */
export interface BootTime {
  /** Wall time, milliseconds since 1970, at which its monotonic clock stood at 0. */
  offsetMs: number;
  source: TimeSource;
}

/** No hub lived before; a clock that shows an earlier time was never set, whatever anybody says. */
export const earliestWallMs = Date.UTC(2026, 0, 1);

/** Nor will one live then: a receiver that has lost count says such things. */
export const latestWallMs = Date.UTC(2100, 0, 1);

/** Of so many runs of the machine the time is remembered; the oldest is forgotten first. */
export const bootsLimit = 100;

const bootPrefix = 'clock/boot/';
/** The last moment that was written down while the clock was not set, because nothing else was. */
export const seenKey = 'clock/seen';

/** The time as the hub knows it: the machine's where that was set, else what the hub found out for itself (B12). */
export interface HubTime {
  /** The clock of everything in the hub. Its timers and its monotonic time are the machine's. */
  clock: Clock;
  /** Of this run of the machine, once somebody worth believing told it. */
  known(): BootTime | undefined;
  /** Takes it over, and returns what is to be kept with the line that tells of it. */
  learn(time: BootTime): readonly Kept[];
  /** When it happened, by all that is known today; undefined while no clock of that run was ever set (B12.2). */
  wallOf(stamp: Stamp): number | undefined;
  /** How long ago it was: never less than what was seen to pass. */
  ageMs(stamp: Stamp): number;
}

export interface HubTimeOptions {
  /** The machine's. */
  clock: Clock;
  boot: string;
  facts: Facts;
  /** The last moment that is known of before this run of the program. */
  lastSeen: Stamp | undefined;
}

export function createHubTime({ clock: machine, boot, facts, lastSeen }: HubTimeOptions): HubTime {
  const boots = new Map(
    facts
      .under(bootPrefix)
      .flatMap(({ key, value }) => (isBootTime(value) ? [[key.slice(bootPrefix.length), value]] : [])),
  );
  const shownAtStartMs = shownOffset(machine, boot, lastSeen);

  function wallMs(): number {
    if (machine.wallTrusted()) return machine.wallMs();
    const offsetMs = boots.get(boot)?.offsetMs ?? shownAtStartMs;
    return offsetMs === undefined ? machine.wallMs() : offsetMs + machine.monotonicMs();
  }

  function learn(time: BootTime): readonly Kept[] {
    boots.set(boot, time);
    const forgotten = [...boots]
      .filter(([other]) => other !== boot)
      .toSorted(([, a], [, b]) => b.offsetMs - a.offsetMs)
      .slice(bootsLimit - 1)
      .map(([other]) => other);
    forgotten.forEach((other) => boots.delete(other));
    return [
      { key: bootPrefix + boot, value: time },
      ...forgotten.map((other): Kept => ({ key: bootPrefix + other, value: undefined })),
    ];
  }

  function wallOf(stamp: Stamp): number | undefined {
    const known = boots.get(stamp.boot);
    if (known !== undefined) return known.offsetMs + stamp.monotonicMs;
    return stamp.trusted ? stamp.wallMs : undefined;
  }

  /** A machine that takes back that its clock was set is believed: what it had told is doubtful. */
  function wallTrusted(): boolean {
    const told = boots.get(boot)?.source;
    return machine.wallTrusted() || (told !== undefined && told !== 'network');
  }

  return {
    clock: { ...machine, wallMs, wallTrusted },
    known: () => boots.get(boot),
    learn,
    wallOf,
    ageMs(stamp) {
      if (stamp.boot === boot) return Math.max(0, machine.monotonicMs() - stamp.monotonicMs);
      const thenMs = wallOf(stamp);
      const leastMs = machine.monotonicMs();
      return thenMs === undefined || !wallTrusted() ? leastMs : Math.max(leastMs, wallMs() - thenMs);
    },
  };
}

/** The last moment that anybody wrote down: with a line of the story, or because there was none for long. */
export function lastSeenOf(journal: Pick<Journal, 'lastStamp'>, facts: Facts): Stamp | undefined {
  const last = journal.lastStamp();
  const seen = facts.get(seenKey);
  return isStamp(seen) && seen.boot === last?.boot && seen.monotonicMs > last.monotonicMs ? seen : last;
}

/**
 * What an unset clock shows: the last time in the journal, and what has passed since as far as that is known (B12.3).
 * Undefined where the journal knows no better than the machine.
 */
function shownOffset(machine: Clock, boot: string, lastSeen: Stamp | undefined): number | undefined {
  // Neither has a hub lived then: a journal with a bit that fell over must not stop the clock that reports are stamped by.
  if (lastSeen === undefined || !isBelievable(lastSeen.wallMs)) return undefined;
  return lastSeen.boot === boot
    ? lastSeen.wallMs - lastSeen.monotonicMs
    : Math.max(lastSeen.wallMs, machine.wallMs() - machine.monotonicMs());
}

function isBelievable(wallMs: number): boolean {
  return wallMs >= earliestWallMs && wallMs <= latestWallMs;
}

function isBootTime(value: unknown): value is BootTime {
  return (
    typeof value === 'object' &&
    value !== null &&
    'offsetMs' in value &&
    typeof value.offsetMs === 'number' &&
    Math.abs(value.offsetMs) <= latestWallMs &&
    'source' in value &&
    timeSources.some((source) => source === value.source)
  );
}

function isStamp(value: unknown): value is Stamp {
  return (
    typeof value === 'object' &&
    value !== null &&
    'boot' in value &&
    'monotonicMs' in value &&
    typeof value.monotonicMs === 'number' &&
    'wallMs' in value &&
    typeof value.wallMs === 'number'
  );
}
