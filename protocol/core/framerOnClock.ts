import type { Framer, FramerItem } from './framer.ts';
import type { Cancel, Clock } from './time.ts';

/** A framer that gives half a frame up by itself when its rest does not come. */
export interface FramerOnClock {
  push(bytes: Uint8Array): void;
  /** Gives up at once: the line is another one, or the device has lost its memory. */
  end(): void;
}

/** What is found, and what is given up `silenceMs` after the last byte, is handed to `take` at once. */
export function createFramerOnClock<Reason extends string>(
  framer: Framer<Reason>,
  clock: Clock,
  silenceMs: number,
  take: (item: FramerItem<Reason>) => void,
): FramerOnClock {
  let cancel: Cancel = () => undefined;

  function end(): void {
    cancel();
    framer.idle().forEach(take);
  }

  return {
    push(bytes) {
      cancel();
      const items = framer.push(bytes);
      // Set first: whoever is told may end it.
      if (framer.waiting()) cancel = clock.at(clock.monotonicMs() + silenceMs, end);
      items.forEach(take);
    },
    end,
  };
}
