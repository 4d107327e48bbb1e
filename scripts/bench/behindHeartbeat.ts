import type { Benchmark } from './benchmark.ts';
import { quantile, takePairs } from './pairs.ts';
import { startProduct } from './pressWorld.ts';

const pressesAPair = 200;

/** The same press twice: alone, and with a heartbeat leaving when its telegram is in and before its alarm leaves. */
export const behindHeartbeat: Benchmark = {
  name: 'behind-heartbeat',
  what: 'an alarm right behind a heartbeat',
  async run({ pairs: count, folder, progress }) {
    const hub = await startProduct(folder);
    try {
      const pairs = await takePairs(
        count,
        async () => await hub.ask({ count: pressesAPair, behindHeartbeat: false }),
        async (pair) => {
          progress(`behind-heartbeat: pair ${pair + 1} of ${count}`);
          return await hub.ask({ count: pressesAPair, behindHeartbeat: true });
        },
      );
      return [
        {
          name: 'behind-heartbeat p50',
          what: 'alarm right behind a heartbeat / alarm alone',
          unit: 'ms',
          pairs: pairs.map(({ floor, measured }) => ({
            floor: quantile(floor, 0.5),
            measured: quantile(measured, 0.5),
          })),
          target: 1.3,
        },
      ];
    } finally {
      await hub.end();
    }
  },
};
