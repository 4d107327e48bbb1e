import type { Clock, Random } from '#protocol/core/time.ts';

/** All copies of a telegram by repeaters arrive within this time. */
export const copiesWithinMs = 100;
/** Telegrams that may be on their way at one time. */
export const underWayLimit = 1_000;

/** What is on its way between transmitters and receiver. */
export interface Air {
  /**
   * Delivers the original after `delayMs` (0: at once, inside the call) and its copies after it, all within
   * {@link copiesWithinMs}. `copy` 0 is the original.
   */
  carry(delayMs: number, times: number, deliver: (copy: number) => void): void;
  /** Whether so many more telegrams may be on their way; see {@link underWayLimit}. */
  hasRoomFor(count: number): boolean;
  /** Calls `settled` when nothing is on its way any more; at once when nothing is. */
  whenSettled(settled: () => void): void;
}

export function createAir({ clock, random }: { clock: Clock; random: Random }): Air {
  let underWay = 0;
  let waiting: (() => void)[] = [];

  function later(atMs: number, action: () => void): void {
    if (atMs <= clock.monotonicMs()) {
      action();
      return;
    }
    underWay += 1;
    clock.at(atMs, () => {
      underWay -= 1;
      action();
      if (underWay > 0) return;
      const settled = waiting;
      waiting = [];
      for (const told of settled) told();
    });
  }

  return {
    carry(delayMs, times, deliver) {
      const stepMs = copiesWithinMs / (times + 1);
      let atMs = clock.monotonicMs() + delayMs;
      for (let copy = 0; copy < times; copy += 1) {
        later(atMs, () => deliver(copy));
        atMs += stepMs * (0.5 + random() / 2);
      }
    },
    hasRoomFor: (count) => underWay + count <= underWayLimit,
    whenSettled(settled) {
      if (underWay === 0) settled();
      else waiting.push(settled);
    },
  };
}
