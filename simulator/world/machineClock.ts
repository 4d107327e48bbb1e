import type { Clock } from '#protocol/core/time.ts';

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
  return {
    monotonicMs: () => world.monotonicMs() - bootMs,
    wallMs: () => world.wallMs() + wall.offsetMs,
    wallTrusted: () => wall.trusted,
    at: (monotonicMs, action) =>
      world.at(monotonicMs + bootMs, () => {
        if (alive) action();
      }),
    end() {
      alive = false;
    },
    hasEnded: () => !alive,
  };
}
