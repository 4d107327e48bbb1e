import type { Cancel, Clock } from '#protocol/core/time.ts';

/** The wall clock of a machine. It outlives the programs on it. */
export interface WallClock {
  /** Added to the world's wall time. */
  offsetMs: number;
  trusted: boolean;
}

/** A program's clock: its timers die with it. */
export interface LifeClock extends Clock {
  /** Nothing fires any more. */
  end(): void;
  hasEnded(): boolean;
}

/**
 * The clock that one run of a program sees. `monotonicMs` counts from the start of its machine (`bootMs` on the world's
 * clock), as Linux has it.
 */
export function createLifeClock(world: Clock, bootMs: number, wall: WallClock): LifeClock {
  let alive = true;
  const live = new Set<{ cancel: Cancel }>();
  return {
    monotonicMs: () => world.monotonicMs() - bootMs,
    wallMs: () => world.wallMs() + wall.offsetMs,
    wallTrusted: () => wall.trusted,
    at(monotonicMs, action) {
      const timer: { cancel: Cancel } = { cancel: () => {} };
      const forget = (): void => {
        live.delete(timer);
        timer.cancel();
      };
      timer.cancel = world.at(monotonicMs + bootMs, () => {
        live.delete(timer);
        if (alive) action();
      });
      live.add(timer);
      return forget;
    },
    end() {
      alive = false;
      live.forEach(({ cancel }) => cancel());
      live.clear();
    },
    hasEnded: () => !alive,
  };
}
