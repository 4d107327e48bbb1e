import type { Cancel, Clock } from '#protocol/core/time.ts';

/** Timers that end together: with a modem's power, or with the world around it. */
export interface Timers {
  after(delayMs: number, action: () => void): Cancel;
  clear(): void;
}

export function createTimers(clock: Clock): Timers {
  const running = new Set<Cancel>();
  return {
    after(delayMs, action) {
      const cancel = clock.at(clock.monotonicMs() + delayMs, () => {
        running.delete(cancel);
        action();
      });
      running.add(cancel);
      return () => {
        running.delete(cancel);
        cancel();
      };
    },
    clear() {
      for (const cancel of running) cancel();
      running.clear();
    },
  };
}
