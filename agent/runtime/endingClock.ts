import type { Cancel, Clock } from '#protocol/core/time.ts';

/** A program's clock: its timers end with it. */
export interface EndingClock extends Clock {
  /** Nothing fires any more. */
  end(): void;
  hasEnded(): boolean;
  /** How late the latest of its timers is, milliseconds; 0 while each fires on time (B15.2). */
  overdueMs(): number;
}

/**
 * Some deadlines of a hub are days away, and a program does not end before its last timer: one that ends in order ends
 * them all here, so that no part needs to remember each of its own.
 */
export function createEndingClock(clock: Clock): EndingClock {
  let alive = true;
  const live = new Set<{ dueMs: number; cancel: Cancel }>();
  return {
    monotonicMs: clock.monotonicMs,
    wallMs: clock.wallMs,
    wallTrusted: clock.wallTrusted,
    at(monotonicMs, action) {
      if (!alive) return () => {};
      // One whose time has passed already is late from now on, not from then.
      const dueMs = Math.max(monotonicMs, clock.monotonicMs());
      const timer: { dueMs: number; cancel: Cancel } = { dueMs, cancel: () => {} };
      timer.cancel = clock.at(monotonicMs, () => {
        live.delete(timer);
        if (alive) action();
      });
      live.add(timer);
      return () => {
        live.delete(timer);
        timer.cancel();
      };
    },
    end() {
      alive = false;
      live.forEach(({ cancel }) => cancel());
      live.clear();
    },
    hasEnded: () => !alive,
    overdueMs() {
      const nowMs = clock.monotonicMs();
      let overdueMs = 0;
      for (const { dueMs } of live) overdueMs = Math.max(overdueMs, nowMs - dueMs);
      return overdueMs;
    },
  };
}
