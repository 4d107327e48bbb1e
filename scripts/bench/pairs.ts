/** A floor and what was measured right after it, in the same unit. */
export interface Pair {
  floor: number;
  measured: number;
}

export interface Summary {
  /** Medians over the pairs. */
  floor: number;
  measured: number;
  /** The median of the pairs' ratios: what slows a machine down for a while slows both of a pair. */
  ratio: number;
  /** The least and the greatest ratio of a pair. */
  lowest: number;
  highest: number;
}

/**
 * Measures in turns, A B A B …: each floor has its product right behind it, so that a machine that is busy for a while
 * spoils a pair and not a side.
 */
export async function takePairs<Sample>(
  count: number,
  measureFloor: (pair: number) => Promise<Sample>,
  measureProduct: (pair: number) => Promise<Sample>,
): Promise<{ floor: Sample; measured: Sample }[]> {
  const pairs: { floor: Sample; measured: Sample }[] = [];
  for (let pair = 0; pair < count; pair += 1) {
    const floor = await measureFloor(pair);
    pairs.push({ floor, measured: await measureProduct(pair) });
  }
  return pairs;
}

export function summarize(pairs: readonly Pair[]): Summary {
  const ratios = pairs.map(({ floor, measured }) => measured / floor);
  return {
    floor: median(pairs.map(({ floor }) => floor)),
    measured: median(pairs.map(({ measured }) => measured)),
    ratio: median(ratios),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
  };
}

/** The middle value, or halfway between the two in the middle. Throws when there is none: nothing was measured. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new RangeError('the median of no values');
  return (lower + upper) / 2;
}

/** The smallest value that at least `share` (above 0, 1 at most) of the values do not exceed (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.ceil(share * sorted.length) - 1];
  if (value === undefined) throw new RangeError(`the quantile ${share} of ${values.length} values`);
  return value;
}
