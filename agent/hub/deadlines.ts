import type { Cancel, Clock } from '#protocol/core/time.ts';
import type { Facts } from './facts.ts';
import type { Kept, Stamp } from './ports.ts';

/**
 * Timers that outlive restarts and power cuts: each has a name and a row. They run on the monotonic clock, so that a jump
 * of the wall clock moves none (B12.1). Over a power cut, whose length the monotonic clock does not know, the wall clock
 * helps where it was set before and is set again; until then what was seen to pass counts, over any number of power cuts.
 *
 * A deadline that has fallen due keeps its row until whoever it is for takes it back, or sets it anew, together with what
 * was done about it: so it falls due again after a crash in between, and never after that.
 */
export interface Deadlines {
  /** Says what is done when the deadline falls due. Each name once, before `restore`. */
  when(name: string, due: () => void): void;
  /** Arms it, anew if it was; returns what is to be kept with whatever set it. */
  set(name: string, inMs: number): Kept;
  /** Takes it back; returns what is to be kept with whatever did. */
  clear(name: string): Kept;
  isSet(name: string): boolean;
  /** Disarms all: the hub has ended, and their rows are gone (B14.1). */
  disarmAll(): void;
  /** Whether it has a row: it is set, or has fallen due and nobody has taken it back yet. */
  isKept(name: string): boolean;
  /** How long until it falls due; undefined when it is not set, or has. */
  leftMs(name: string): number | undefined;
  /** Arms what was set in an earlier run; what fell due meanwhile is done at once. Called once, when all are known. */
  restore(): void;
  /** The wall clock was set: what was set before a power cut is counted again with what is now known. */
  clockSet(): void;
}

/** A row of a deadline. */
interface Row {
  set: Stamp;
  inMs: number;
  carried?: Carried;
}

/** What had passed since a deadline was set when a later run of the machine began. */
interface Carried {
  boot: string;
  passedMs: number;
  /** Whether a clock says so. Else it is at least so long, and is counted again when the clock is set. */
  exact: boolean;
}

export interface DeadlinesOptions {
  clock: Clock;
  facts: Facts;
  /** The last moment that is known of before this run of the program. */
  lastSeen: Stamp | undefined;
  now(): Stamp;
  /** When it happened, by all that is known today (B12.2). */
  wallOf(stamp: Stamp): number | undefined;
  keep(kept: readonly Kept[]): void;
}

const prefix = 'deadline/';

interface Armed {
  dueMs: number;
  cancel: Cancel;
}

export function createDeadlines({ clock, facts, lastSeen, now, wallOf, keep }: DeadlinesOptions): Deadlines {
  const actions = new Map<string, () => void>();
  const armed = new Map<string, Armed>();

  function arm(name: string, dueMs: number): void {
    disarm(name);
    const cancel = clock.at(dueMs, () => {
      armed.delete(name);
      actions.get(name)?.();
    });
    armed.set(name, { dueMs, cancel });
  }

  function disarm(name: string): void {
    armed.get(name)?.cancel();
    armed.delete(name);
  }

  /** Counts again and arms; what was found out about earlier runs is kept, because the journal will know less of them. */
  function count(names: readonly string[]): void {
    const at = now();
    const carriedOn: Kept[] = [];
    for (const name of names) {
      const row = facts.get(prefix + name);
      if (!isRow(row)) continue;
      const counted = carryOn(row, at);
      if (counted !== row) carriedOn.push({ key: prefix + name, value: counted });
      arm(name, clock.monotonicMs() + row.inMs - passedMs(counted, at));
    }
    if (carriedOn.length > 0) keep(carriedOn);
  }

  /** The row with what passed before this run of the machine, where that has to be found out, or can be told better. */
  function carryOn(row: Row, at: Stamp): Row {
    const { set, carried } = row;
    const known = carried?.boot === at.boot ? carried : undefined;
    if (set.boot === at.boot || known?.exact === true) return row;
    const leastMs = known?.passedMs ?? seenMs(row);
    const [setWallMs, wallMs] = [wallOf(set), wallOf(at)];
    const exact = setWallMs !== undefined && wallMs !== undefined;
    if (!exact && known !== undefined) return row;
    const byWallMs = exact ? wallMs - setWallMs - at.monotonicMs : 0;
    return { ...row, carried: { boot: at.boot, passedMs: Math.max(leastMs, byWallMs), exact } };
  }

  /** How much of it was seen to pass before this run of the machine. */
  function seenMs({ set, carried }: Row): number {
    const { boot, passedMs } = carried ?? { boot: set.boot, passedMs: -set.monotonicMs };
    return Math.max(0, carried?.passedMs ?? 0, lastSeen?.boot === boot ? passedMs + lastSeen.monotonicMs : 0);
  }

  return {
    when(name, due) {
      actions.set(name, due);
    },
    set(name, inMs) {
      arm(name, clock.monotonicMs() + inMs);
      return deadlineRow(name, now(), inMs);
    },
    clear(name) {
      disarm(name);
      return { key: prefix + name, value: undefined };
    },
    disarmAll: () => [...armed.keys()].forEach(disarm),
    isSet: (name) => armed.has(name),
    isKept: (name) => facts.get(prefix + name) !== undefined,
    leftMs(name) {
      const dueMs = armed.get(name)?.dueMs;
      return dueMs === undefined ? undefined : dueMs - clock.monotonicMs();
    },
    restore: () => count([...actions.keys()].filter((name) => !armed.has(name))),
    clockSet: () => count([...armed.keys()].filter((name) => isOfAnotherBoot(facts.get(prefix + name), now()))),
  };
}

/** What is kept of a deadline. */
export function deadlineRow(name: string, set: Stamp, inMs: number): Kept {
  return { key: prefix + name, value: { set, inMs } satisfies Row };
}

function passedMs({ set, carried }: Row, at: Stamp): number {
  return at.monotonicMs + (carried?.boot === at.boot ? carried.passedMs : -set.monotonicMs);
}

function isOfAnotherBoot(row: unknown, at: Stamp): boolean {
  return isRow(row) && row.set.boot !== at.boot;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && 'set' in value && 'inMs' in value;
}
