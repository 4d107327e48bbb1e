import { createHeap } from '#protocol/core/heap.ts';
import type { Cancel, Clock } from '#protocol/core/time.ts';

/** How many timers may fire at one moment before it is taken for a loop that never lets time pass. */
const firingLimit = 100_000;

/**
 * A clock that stands still until it is moved. All virtual time runs on one of these. Timers fire at whole milliseconds, not
 * before they are due: who asks at a fraction, and counts from another zero, would find it not due yet by the last bit and
 * ask again for ever.
 */
export interface VirtualClock extends Clock {
  /** Lets time pass; what falls due fires in order of its time, then of its setting, each at its own moment. */
  advance(durationMs: number): void;
  /** Lets time pass up to a moment, or until `stop`, asked after each timer, says so: then it stands at that timer. */
  advanceTo(monotonicMs: number, stop?: () => boolean): void;
  /** Sets the wall clock, as a network time server or a person would; timers do not notice. */
  setWall(wallMs: number, trusted?: boolean): void;
  /** How many timers wait. */
  waiting(): number;
}

const never = (): boolean => false;

interface Timer {
  atMs: number;
  sequence: number;
  /** None any more once it was taken back, or has fired; it leaves the heap when its time comes. */
  action: (() => void) | undefined;
}

/** Starts at monotonic 0 and the given wall time (milliseconds since 1970), which counts as trusted. */
export function createVirtualClock(startWallMs = Date.UTC(2026, 0, 1)): VirtualClock {
  const timers = createHeap<Timer>((a, b) => a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence));
  let live = 0;
  let nowMs = 0;
  let wallOffsetMs = startWallMs;
  let trusted = true;
  let sequence = 0;

  /** Tells whether it came all the way. */
  function fireUntil(untilMs: number, stop: () => boolean): boolean {
    let fired = 0;
    for (let next = timers.peek(); next !== undefined && next.atMs <= untilMs; next = timers.peek()) {
      timers.pop();
      const { action } = next;
      if (action === undefined) continue;
      next.action = undefined;
      live -= 1;
      fired = next.atMs > nowMs ? 1 : fired + 1;
      if (fired > firingLimit) throw new Error(`over ${firingLimit} timers fired at ${nowMs} ms: time never passes`);
      nowMs = Math.max(nowMs, next.atMs);
      action();
      if (stop()) return false;
    }
    return true;
  }

  function advanceTo(untilMs: number, stop: () => boolean = never): void {
    if (fireUntil(untilMs, stop)) nowMs = Math.max(nowMs, untilMs);
  }

  return {
    monotonicMs: () => nowMs,
    wallMs: () => wallOffsetMs + nowMs,
    wallTrusted: () => trusted,
    at(monotonicMs, action): Cancel {
      sequence += 1;
      const timer: Timer = { atMs: Math.ceil(monotonicMs), sequence, action };
      timers.push(timer);
      live += 1;
      return () => {
        if (timer.action === undefined) return;
        timer.action = undefined;
        live -= 1;
      };
    },
    advance: (durationMs) => advanceTo(nowMs + durationMs),
    advanceTo,
    setWall(wallMs, isTrusted = true) {
      wallOffsetMs = wallMs - nowMs;
      trusted = isTrusted;
    },
    waiting: () => live,
  };
}
