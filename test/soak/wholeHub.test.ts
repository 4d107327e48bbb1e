import { expect, test } from 'vitest';
import { minuteMs } from '#protocol/core/time.ts';
import { realClock } from '#test/real/uplinkWorld.ts';
import { openWholeHub, staffTag, type WholeHub } from '#test/real/wholeHub.ts';
import { summarize } from '#test/summary.ts';
import { figuresOf } from './processFigures.ts';

/** Ten minutes, or an hour with `scripts/test --long`. */
const lastsMinutes = process.env['WELFARE_HUB_LONG'] === 'yes' ? 60 : 10;
/** What is compiled and cached at the start is no leak. */
const settledAfterMinutes = 3;

/** Of one core, in per cent: the figure is printed against its target; a loop that spins is a failure on any machine. */
const cpuTarget = 0.5;
const cpuLimit = 4 * cpuTarget;
const growthLimitMiB = 8;

test('a whole hub on its fakes lives an ordinary life: no error in its log, memory flat, next to no work', {
  timeout: (lastsMinutes + 5) * minuteMs,
}, async () => {
  const whole = await openWholeHub();
  const { hub, centre } = whole;
  const startedMs = realClock.monotonicMs();
  const lived = async (fromMinute: number, toMinute: number): Promise<void> => {
    for (let minute = fromMinute; minute < toMinute; minute += 1) {
      await liveMinute(minute, whole);
      await atTime(startedMs + (minute + 1) * minuteMs);
    }
  };
  await lived(0, settledAfterMinutes);
  const before = figuresOf(hub.pid);
  const beforeMs = realClock.monotonicMs();
  await lived(settledAfterMinutes, lastsMinutes);
  const after = figuresOf(hub.pid);
  const cpuPercent = (100 * (after.cpuMs - before.cpuMs)) / (realClock.monotonicMs() - beforeMs);
  const growthMiB = after.residentMiB - before.residentMiB;
  summarize('whole hub', [
    `${cpuPercent.toFixed(2)} % of a core (target ${cpuTarget}), ${after.residentMiB.toFixed(0)} MiB, ${growthMiB.toFixed(1)} MiB more than after ${settledAfterMinutes} min`,
  ]);
  expect(hub.log().filter(({ level }) => level === 'error')).toEqual([]);
  expect(centre.alarms().map(({ record, arrivals }) => `${record.from} ${arrivals}`)).toEqual(
    Array<string>(lastsMinutes).fill('pendant 1'),
  );
  expect(growthMiB).toBeLessThan(growthLimitMiB);
  expect(cpuPercent).toBeLessThan(cpuLimit);
});

/** A minute of ordinary life: a press, followed to its acknowledgement; now and then staff come, and the mains go. */
async function liveMinute(minute: number, { say, hub }: WholeHub): Promise<void> {
  await say('radio', 'press pendant');
  const { ref } = await hub.logged({ step: 'alarm', from: 'pendant' }, minute + 1);
  await hub.logged({ step: 'acknowledged', ref });
  if (minute % 3 === 2) await say('reader', `tag ${staffTag}`);
  if (minute % 5 === 3) await say('ups', 'mains off');
  if (minute % 5 === 4) await say('ups', 'mains on');
}

async function atTime(dueMs: number): Promise<void> {
  await new Promise<void>((resolve) => realClock.at(dueMs, resolve));
}
