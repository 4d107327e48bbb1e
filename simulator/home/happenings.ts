import type { Clock } from '#protocol/core/time.ts';
import type { NewEvent } from '#simulator/world/recorder.ts';

/** What happens in a home, for whoever waits for it. */
export interface Happenings {
  tell(event: NewEvent): void;
  /**
   * Kept with the first event that fits, from now on; with nothing when it has not come after so many milliseconds.
   */
  next(fits: (event: NewEvent) => boolean, withinMs: number): Promise<NewEvent | undefined>;
}

export function createHappenings(clock: Clock): Happenings {
  const waiting = new Set<(event: NewEvent) => void>();
  return {
    tell: (event) => waiting.forEach((hear) => hear(event)),
    next: async (fits, withinMs) =>
      await new Promise((resolve) => {
        const cancel = clock.at(clock.monotonicMs() + withinMs, () => end(undefined));
        function end(event: NewEvent | undefined): void {
          cancel();
          waiting.delete(hear);
          resolve(event);
        }
        function hear(event: NewEvent): void {
          if (fits(event)) end(event);
        }
        waiting.add(hear);
      }),
  };
}
