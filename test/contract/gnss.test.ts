import { expect, test } from 'vitest';
import { summarize } from '#test/summary.ts';
import { allTroubles, overcome } from './gnssContract.ts';
import { type Ground, memoryGround } from './ground.ts';

/** Bytes that the receiver says in a second, and some of the next. */
const epochBytes = 520;

const receiverMemory = (): Ground =>
  memoryGround({ baudRate: 9_600, latencyMs: 20, fragmentation: 0.2, lookEveryMs: 250 });

test.for(allTroubles)(
  'a receiver of positions that is %s at any byte is back at its positions, and no place is false',
  async (trouble) => {
    const wrong: string[] = [];
    for (let after = 0; after < epochBytes; after += 1)
      wrong.push(...(await overcome(receiverMemory(), trouble, after)));
    expect(wrong).toEqual([]);
    summarize('worst wires', [
      `a receiver of positions ${trouble} at each of ${epochBytes} bytes: back by itself each time`,
    ]);
  },
);
