import type { Random } from '#protocol/core/time.ts';

/** What a storm draws by lot. */
export interface Luck {
  /** Whether something with this chance, 0 to 1, comes about. */
  chance(share: number): boolean;
  /** A whole number from the least to the most, both included. */
  whole(least: number, most: number): number;
  /** A time in milliseconds, each order of magnitude as likely as the others. */
  timeMs(leastMs: number, mostMs: number): number;
  /** The pause to the next of what happens so often on average. */
  pauseMs(meanMs: number): number;
  one<const List extends readonly [unknown, ...unknown[]]>(of: List): List[number];
}

export function createLuck(random: Random): Luck {
  const whole = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  return {
    chance: (share) => random() < share,
    whole,
    timeMs: (leastMs, mostMs) => Math.round(leastMs * (mostMs / leastMs) ** random()),
    pauseMs: (meanMs) => Math.max(1, Math.round(-Math.log(1 - random()) * meanMs)),
    one: (of) => of[whole(0, of.length - 1)] ?? of[0],
  };
}
