import { expect, test } from 'vitest';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { openSlice, type Slice } from '#test/real/sliceWorld.ts';
import { realClock } from '#test/real/uplinkWorld.ts';
import { summarize } from '#test/summary.ts';

/** Two minutes, or ten with `scripts/test --long`. */
const lastsMs = (process.env['WELFARE_HUB_LONG'] === 'yes' ? 10 : 2) * minuteMs;
const killEveryMs = 20 * secondMs;
/** Long enough that presses pile up meanwhile. */
const deadForMs = 5 * secondMs;
const pressEveryMs = secondMs;
/** Each is pressed again long after its last alarm was acknowledged: a press on a waiting one is an update (B1.3). */
const pendants = 60;
/** With an alarm waiting the hub tries again every 10 s at least (B2.3); the rest is for a machine that is busy. */
const limitMs = 15 * secondMs;

test('a broker that is killed and started every twenty seconds loses no press and doubles none', {
  timeout: lastsMs + 3 * minuteMs,
}, async () => {
  const slice = await openSlice({ pendants });
  await slice.centre.connect();
  const hub = await slice.startReadyHub();
  const startedMs = realClock.monotonicMs();
  const endMs = startedMs + lastsMs;
  const kills = killAndStart(slice, startedMs + lastsMs);
  let presses = 0;
  for (; realClock.monotonicMs() < endMs; presses += 1) {
    slice.radio.say(`press pendant-${(presses % pendants) + 1}`);
    await atTime(startedMs + (presses + 1) * pressEveryMs);
  }
  const upMs = await kills;
  const acknowledged = await Promise.all(
    hub
      .log()
      .filter(({ step, from }) => step === 'alarm' && from !== undefined)
      .map(async ({ ref, time }) => {
        const done = await hub.logged({ step: 'acknowledged', ref });
        return { raisedMs: Date.parse(String(time)), doneMs: Date.parse(String(done['time'])) };
      }),
  );
  const p99Ms = report(acknowledged, upMs);
  expect(acknowledged).toHaveLength(presses);
  expect(slice.centre.alarms()).toHaveLength(presses);
  expect(new Set(slice.centre.alarms().map(({ ref }) => ref)).size).toBe(presses);
  expect(slice.centre.alarms().filter(({ ref }) => slice.waits(ref))).toEqual([]);
  expect(upMs.length).toBeGreaterThan(3);
  expect(p99Ms).toBeLessThan(limitMs);
});

/** Kills the broker as a power cut would, and starts it again. Tells the wall times at which it was up again. */
async function killAndStart({ broker }: Slice, endMs: number): Promise<number[]> {
  const upMs: number[] = [];
  while (realClock.monotonicMs() + killEveryMs < endMs) {
    await atTime(realClock.monotonicMs() + killEveryMs - deadForMs);
    await broker.stopHard();
    await atTime(realClock.monotonicMs() + deadForMs);
    await broker.restart();
    upMs.push(realClock.wallMs());
  }
  return upMs;
}

/** From the broker's return, or from the press when it came later, to the acknowledgement. Returns the p99 in ms. */
function report(acknowledged: readonly { raisedMs: number; doneMs: number }[], upMs: readonly number[]): number {
  const waits = acknowledged
    .map(
      ({ raisedMs, doneMs }) =>
        doneMs - Math.max(raisedMs, upMs.findLast((up) => up <= doneMs && up > raisedMs) ?? raisedMs),
    )
    .toSorted((one, other) => one - other);
  const at = (share: number): number => waits[Math.min(waits.length - 1, Math.floor(share * waits.length))] ?? 0;
  summarize('broker storm', [
    `${waits.length} alarms over ${upMs.length} kills; from broker up to acknowledged: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`,
  ]);
  return at(0.99);
}

async function atTime(dueMs: number): Promise<void> {
  await new Promise<void>((resolve) => realClock.at(dueMs, resolve));
}
