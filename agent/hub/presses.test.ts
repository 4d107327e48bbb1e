import { expect, test } from 'vitest';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createPressFilter, repeatWindowMs } from './presses.ts';

test('telegrams of one button within two seconds of the first are one press (B1.2)', () => {
  const clock = createVirtualClock();
  const presses = createPressFilter(clock);
  expect(presses.isRepeat('a', 'A0')).toBe(false);
  clock.advance(repeatWindowMs - 1);
  expect(presses.isRepeat('a', 'A0')).toBe(true);
});

test('somebody who presses every second is heard again two seconds after the first press, not never', () => {
  const clock = createVirtualClock();
  const presses = createPressFilter(clock);
  const heard = [0, 1, 2, 3, 4].map(() => {
    const repeat = presses.isRepeat('a', 'A0');
    clock.advance(1_000);
    return !repeat;
  });
  expect(heard).toEqual([true, false, true, false, true]);
});

test('another button and another device are presses of their own', () => {
  const presses = createPressFilter(createVirtualClock());
  expect(presses.isRepeat('a', 'A0')).toBe(false);
  expect(presses.isRepeat('a', 'A1')).toBe(false);
  expect(presses.isRepeat('b', 'A0')).toBe(false);
});
