import type { Benchmark, Measure } from './benchmark.ts';
import { quantile, takePairs } from './pairs.ts';
import type { PressAnswer } from './pressSide.ts';
import { startFloor, startProduct } from './pressWorld.ts';

/** Presses of one side in one pair; p99 leaves the ten slowest out. */
const pressesAPair = 1_000;

/**
 * From the press on the serial line until the centre's acknowledgement is back at the hub, its signature and its hash
 * checked, right before its own row is committed.
 */
export const press: Benchmark = {
  name: 'press',
  what: 'a press on the serial line, there and back',
  async run({ pairs: count, folder, progress }) {
    const floor = await startFloor(folder);
    try {
      const product = await startProduct(folder);
      try {
        const pairs = await takePairs(
          count,
          async () => await floor.ask({ count: pressesAPair, behindHeartbeat: false }),
          async (pair) => {
            progress(`press: pair ${pair + 1} of ${count}`);
            return await product.ask({ count: pressesAPair, behindHeartbeat: false });
          },
        );
        return [measureAt(pairs, 0.5, 1.6), measureAt(pairs, 0.99, 1.5)];
      } finally {
        await product.end();
      }
    } finally {
      await floor.end();
    }
  },
};

function measureAt(
  pairs: readonly { floor: PressAnswer; measured: PressAnswer }[],
  share: number,
  target: number,
): Measure {
  return {
    name: `press p${share * 100}`,
    what: 'press on the line to acknowledgement at the hub / raw pty, SQLite, sockets',
    unit: 'ms',
    pairs: pairs.map(({ floor, measured }) => ({ floor: quantile(floor, share), measured: quantile(measured, share) })),
    target,
  };
}
