import type { Clock } from '#protocol/core/time.ts';

const lookEveryMs = 100;

/**
 * Watches how much later than it should this program comes to its turn, because of itself or of what else the machine
 * does. What is returned tells the sum so far, in milliseconds: nothing that the program did was held up for longer.
 */
export function watchHoldUps(clock: Clock): () => number {
  let heldUpMs = 0;
  let dueMs = 0;
  const lateMs = (): number => Math.max(0, clock.monotonicMs() - dueMs);
  function lookAgain(): void {
    dueMs = clock.monotonicMs() + lookEveryMs;
    clock.at(dueMs, () => {
      heldUpMs += lateMs();
      lookAgain();
    });
  }
  lookAgain();
  return () => Math.round(heldUpMs + lateMs());
}
