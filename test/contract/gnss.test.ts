import { expect, test } from 'vitest';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { secondMs } from '#protocol/core/time.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { summarize } from '#test/summary.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { allTroubles, type Ground, overcome } from './gnssContract.ts';

/** Bytes that the receiver says in a second, and some of the next. */
const epochBytes = 520;

/** Virtual time within which all that is waited for has happened. */
const settleMs = 120 * secondMs;
const lookEveryMs = 250;

function memoryGround(): Ground {
  const clock = createVirtualClock();
  const line = createMemoryLine({
    clock,
    random: createSeededRandom(3),
    baudRate: 9_600,
    latencyMs: 20,
    fragmentation: 0.2,
  });
  return {
    clock,
    openLine: line.openLine,
    line: line.device,
    connector: line,
    notice() {},
    until(isSo) {
      for (let waitedMs = 0; waitedMs < settleMs && !isSo(); waitedMs += lookEveryMs) clock.advance(lookEveryMs);
      return isSo() ? Promise.resolve() : Promise.reject(new Error(`${isSo.toString()} did not come true`));
    },
    end: () => Promise.resolve(),
  };
}

test.for(allTroubles)(
  'a receiver of positions that is %s at any byte is back at its positions, and no place is false',
  async (trouble) => {
    const wrong: string[] = [];
    for (let after = 0; after < epochBytes; after += 1) wrong.push(...(await overcome(memoryGround(), trouble, after)));
    expect(wrong).toEqual([]);
    summarize('worst wires', [
      `a receiver of positions ${trouble} at each of ${epochBytes} bytes: back by itself each time`,
    ]);
  },
);
