import { randomFillSync } from 'node:crypto';
import type { Random } from '#protocol/core/time.ts';

/** Values drawn from the kernel at a time. */
const batchSize = 256;

/** Draws from the system's cryptographic generator: 53 random bits, evenly in [0, 1). */
export function createRealRandom(): Random {
  const values = new BigUint64Array(batchSize);
  let next = batchSize;
  return () => {
    if (next === batchSize) {
      randomFillSync(values);
      next = 0;
    }
    const value = values[next] ?? 0n;
    // What was drawn is not kept: references come from it.
    values[next] = 0n;
    next += 1;
    return Number(value >> 11n) / 2 ** 53;
  };
}
