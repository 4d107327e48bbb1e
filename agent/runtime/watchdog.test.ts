import { expect, test } from 'vitest';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createEndingClock } from './endingClock.ts';
import { type Check, lateLimitMs, startWatchdog, timersOnTime } from './watchdog.ts';

const periodMs = 60_000;

function watch(...checks: Check[]) {
  const clock = createVirtualClock();
  const { log, lines } = createLogRecorder();
  const told: string[] = [];
  const stop = startWatchdog({
    periodMs,
    clock,
    log,
    checks,
    feed: () => told.push(`${clock.monotonicMs()} fed`),
    starve: (reason) => told.push(`${clock.monotonicMs()} ${reason}`),
  });
  return { clock, lines, told, stop };
}

test('a hub that is well feeds its watchdog at once and then at half of its time, until it ends (B15.2)', () => {
  const { clock, told, stop, lines } = watch(() => undefined);
  clock.advance(65_000);
  expect(told).toEqual(['0 fed', '30000 fed', '60000 fed']);
  stop();
  clock.advance(10 * periodMs);
  expect(told).toHaveLength(3);
  expect(lines).toEqual([]);
});

test('the first check that is unwell stops the feeding; it is looked at again soon, and told once', () => {
  const { clock, told, lines } = watch(
    () => undefined,
    () => 'the journal is ill',
    () => 'never asked behind one that is unwell',
  );
  clock.advance(16_000);
  expect(told).toEqual(['0 the journal is ill', '7500 the journal is ill', '15000 the journal is ill']);
  expect(lines.map(({ level, fields }) => [level, fields['reason']])).toEqual([['error', 'the journal is ill']]);
});

test('what is well again before the time is up is fed in time, and said so', () => {
  let reason: string | undefined;
  const { clock, told, lines } = watch(() => reason);
  clock.advance(29_000);
  reason = 'late';
  clock.advance(2_000);
  reason = undefined;
  clock.advance(7_000);
  expect(told).toEqual(['0 fed', '30000 late', '37500 fed']);
  expect(lines.map(({ level }) => level)).toEqual(['error', 'info']);
});

test('a loop that gets to it late is not responsive, however well the rest is', () => {
  let heldUpMs = 0;
  const world = createVirtualClock();
  // The timer fires when it should; what it does comes so much later.
  const clock = { ...world, monotonicMs: () => world.monotonicMs() + heldUpMs };
  const told: string[] = [];
  startWatchdog({
    periodMs,
    clock,
    log: createLogRecorder().log,
    checks: [],
    feed: () => told.push('fed'),
    starve: (reason) => told.push(reason),
  });
  heldUpMs = lateLimitMs(periodMs);
  world.advance(30_000);
  expect(told).toEqual(['fed', 'fed']);
  heldUpMs += 1;
  world.advance(30_000 + heldUpMs);
  expect(told.at(-1)).toBe('the loop was blocked for 15.0 s');
});

test('a timer that does not fire is noticed by the clock that holds it, one that is taken back is not missed', () => {
  const world = createVirtualClock();
  const dead = { ...world, at: () => () => {} };
  const clock = createEndingClock(dead);
  const check = timersOnTime(clock.overdueMs, 15_000);
  const cancel = clock.at(10_000, () => {});
  world.advance(25_000);
  expect(check()).toBeUndefined();
  world.advance(1);
  expect(check()).toBe('a timer is late by 15.0 s');
  cancel();
  expect(check()).toBeUndefined();
  // Its time had passed when it was set: it is late from then on.
  clock.at(0, () => {});
  expect(check()).toBeUndefined();
});
