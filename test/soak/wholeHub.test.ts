import { expect, test } from 'vitest';
import { minuteMs } from '#protocol/core/time.ts';
import { realClock } from '#test/real/uplinkWorld.ts';
import { openWholeHub, staffTag, type WholeHub } from '#test/real/wholeHub.ts';
import { figuresOf } from './processFigures.ts';

/** Ten minutes, or an hour with `scripts/test --long`. */
const lastsMs = process.env['WELFARE_HUB_LONG'] === 'yes' ? 60 * minuteMs : 10 * minuteMs;
/** What is compiled and cached at the start is no leak. */
const settledAfterMs = 3 * minuteMs;
const pressEveryMs = minuteMs;

/** Of one core, in per cent. */
const cpuLimit = 0.5;
const growthLimitMiB = 8;

test('a whole hub on its fakes lives an ordinary life: no error in its log, memory flat, next to no work', {
  timeout: lastsMs + 5 * minuteMs,
}, async () => {
  const whole = await openWholeHub();
  const { hub, centre } = whole;
  const startedMs = realClock.monotonicMs();
  await liveUntil(startedMs + settledAfterMs, whole);
  const before = figuresOf(hub.pid);
  const beforeMs = realClock.monotonicMs();
  const presses = await liveUntil(startedMs + lastsMs, whole);
  const after = figuresOf(hub.pid);
  const cpuPercent = (100 * (after.cpuMs - before.cpuMs)) / (realClock.monotonicMs() - beforeMs);
  const growthMiB = after.residentMiB - before.residentMiB;
  console.log(
    `whole hub: ${cpuPercent.toFixed(2)} % of a core, ${after.residentMiB.toFixed(0)} MiB, ${growthMiB.toFixed(1)} MiB more than after ${settledAfterMs / minuteMs} min`,
  );
  expect(hub.log().filter(({ level }) => level === 'error')).toEqual([]);
  expect(presses).toBeGreaterThan(0);
  expect(centre.alarms().filter(({ arrivals }) => arrivals !== 1)).toEqual([]);
  expect(growthMiB).toBeLessThan(growthLimitMiB);
  expect(cpuPercent).toBeLessThan(cpuLimit);
});

/** Ordinary life: a press now and then, each followed to its acknowledgement; between them staff come, and the mains flicker. */
async function liveUntil(endMs: number, { say, hub, centre }: WholeHub): Promise<number> {
  const before = centre.alarms().length;
  for (let presses = 1; realClock.monotonicMs() < endMs; presses += 1) {
    await say('radio', 'press pendant');
    const { ref } = await hub.logged({ step: 'alarm', from: 'pendant' }, before + presses);
    await hub.logged({ step: 'acknowledged', ref });
    if (presses % 3 === 0) await say('reader', `tag ${staffTag}`);
    if (presses % 5 === 0) await say('ups', 'mains off');
    if (presses % 5 === 1) await say('ups', 'mains on');
    await atTime(Math.min(endMs, realClock.monotonicMs() + pressEveryMs));
  }
  return centre.alarms().length - before;
}

async function atTime(dueMs: number): Promise<void> {
  await new Promise<void>((resolve) => realClock.at(dueMs, resolve));
}
