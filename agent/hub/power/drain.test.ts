import { expect, test } from 'vitest';
import { hourMs, minuteMs } from '#protocol/core/time.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createDrain, stepLimitPercent } from './drain.ts';

function setUp(begin = 2) {
  const clock = createVirtualClock();
  const drain = createDrain(clock, begin);
  drain.reading(100, false);
  return { clock, drain };
}

test('until it was measured it is what is to be expected', () => {
  const { clock, drain } = setUp(1.4);
  clock.advance(10 * minuteMs);
  drain.reading(99, true);
  expect(drain.percentPerHour()).toBe(1.4);
});

test('it comes near to what is measured within some per cent, and one odd step does not throw it over', () => {
  const { clock, drain } = setUp(2);
  for (let charge = 99; charge >= 79; charge -= 1) {
    clock.advance(hourMs);
    drain.reading(charge, true);
  }
  expect(drain.percentPerHour()).toBeCloseTo(1, 1);
  clock.advance(30 * minuteMs);
  drain.reading(78, true);
  expect(drain.percentPerHour()).toBeLessThan(1.3);
});

test('time on mains is not measured', () => {
  const { clock, drain } = setUp(2);
  drain.reading(99, true);
  drain.reading(99, false);
  clock.advance(10 * hourMs);
  drain.reading(98, true);
  expect(drain.percentPerHour()).toBe(2);
});

test('a gauge with coarse steps is measured too, one that jumps further is not', () => {
  const { clock, drain } = setUp(2);
  drain.reading(99, true);
  clock.advance(hourMs);
  drain.reading(99 - stepLimitPercent, true);
  expect(drain.percentPerHour()).toBeGreaterThan(2);
  const before = drain.percentPerHour();
  clock.advance(hourMs);
  drain.reading(99 - stepLimitPercent - stepLimitPercent - 1, true);
  expect(drain.percentPerHour()).toBe(before);
});
