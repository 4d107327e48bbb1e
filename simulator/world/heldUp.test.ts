import { expect, test } from 'vitest';
import type { Clock } from '#protocol/core/time.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { watchHoldUps } from './heldUp.ts';

test('a program that comes to its turn late is told by how much in all, and one that is on time by nothing', () => {
  const virtual = createVirtualClock();
  let isHeldUpMs = 0;
  // The turn is there, and the machine does something else first.
  const clock: Clock = {
    ...virtual,
    monotonicMs: () => virtual.monotonicMs() + isHeldUpMs,
    at: (dueMs, due) => virtual.at(dueMs - isHeldUpMs, due),
  };
  const heldUpMs = watchHoldUps(clock);
  virtual.advance(10_000);
  expect(heldUpMs()).toBe(0);
  isHeldUpMs = 700;
  virtual.advance(10_000);
  expect(heldUpMs()).toBe(700);
  isHeldUpMs = 1_000;
  expect(heldUpMs()).toBeGreaterThanOrEqual(900);
});
