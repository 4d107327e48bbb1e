import type { Cancel, Clock } from '#protocol/core/time.ts';
import type { Facts } from './facts.ts';
import type { Kept, Stamp } from './ports.ts';

/**
 * Timers that outlive restarts and power cuts: each has a name and a row. They run on the monotonic clock, so that a jump
 * of the wall clock moves none (B12.1). Over a power cut, whose length the monotonic clock does not know, the wall clock
 * helps where it was trusted before and is trusted again.
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
  /** Arms what was set in an earlier run; what fell due meanwhile is done at once. Called once, when all are known. */
  restore(): void;
  /** The wall clock was set: what was set before a power cut is counted again with what is now known. */
  clockSet(): void;
}

/** A row of a deadline. */
interface Row {
  set: Stamp;
  inMs: number;
}

export interface DeadlinesOptions {
  clock: Clock;
  facts: Facts;
  /** The last moment that the journal knows of before this run. */
  lastSeen: Stamp | undefined;
  now(): Stamp;
}

const prefix = 'deadline/';

export function createDeadlines({ clock, facts, lastSeen, now }: DeadlinesOptions): Deadlines {
  const actions = new Map<string, () => void>();
  const armed = new Map<string, Cancel>();

  function arm(name: string, dueMs: number): void {
    disarm(name);
    const cancel = clock.at(dueMs, () => {
      armed.delete(name);
      actions.get(name)?.();
    });
    armed.set(name, cancel);
  }

  function disarm(name: string): void {
    armed.get(name)?.();
    armed.delete(name);
  }

  function rearm(isOurs: (row: Row) => boolean): void {
    for (const { key, value } of facts.under(prefix)) {
      const name = key.slice(prefix.length);
      if (isRow(value) && actions.has(name) && isOurs(value)) {
        arm(name, clock.monotonicMs() + value.inMs - elapsedMs(value.set, now(), lastSeen));
      }
    }
  }

  return {
    when(name, due) {
      actions.set(name, due);
    },
    set(name, inMs) {
      const set = now();
      arm(name, clock.monotonicMs() + inMs);
      return { key: prefix + name, value: { set, inMs } satisfies Row };
    },
    clear(name) {
      disarm(name);
      return { key: prefix + name, value: undefined };
    },
    disarmAll: () => [...armed.keys()].forEach(disarm),
    isSet: (name) => armed.has(name),
    restore: () => rearm(() => true),
    clockSet: () => rearm(({ set }) => set.boot !== now().boot),
  };
}

/**
 * The time from one stamp to another. Within one run of the machine the monotonic clock knows it. Over a power cut the
 * wall clock does, when both stamps trust it; else it is at least what was seen to pass.
 */
export function elapsedMs(from: Stamp, to: Stamp, lastSeen: Stamp | undefined): number {
  if (from.boot === to.boot) return to.monotonicMs - from.monotonicMs;
  const seenMs = lastSeen?.boot === from.boot ? Math.max(0, lastSeen.monotonicMs - from.monotonicMs) : 0;
  const leastMs = seenMs + to.monotonicMs;
  return from.trusted && to.trusted ? Math.max(leastMs, to.wallMs - from.wallMs) : leastMs;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && 'set' in value && 'inMs' in value;
}
