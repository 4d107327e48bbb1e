import { expect, test } from 'vitest';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createEndingClock } from './endingClock.ts';

test('a timer fires at its time, and not when it is taken back', () => {
  const world = createVirtualClock();
  const clock = createEndingClock(world);
  const fired: string[] = [];
  clock.at(10, () => fired.push('kept'));
  const cancel = clock.at(10, () => fired.push('taken back'));
  cancel();
  world.advance(20);
  expect(fired).toEqual(['kept']);
});

test('when it has ended nothing fires any more, neither what was set before nor what is set then', () => {
  const world = createVirtualClock();
  const clock = createEndingClock(world);
  const fired: string[] = [];
  clock.at(10, () => fired.push('set before'));
  clock.end();
  clock.at(10, () => fired.push('set then'));
  world.advance(20);
  expect(fired).toEqual([]);
  expect(clock.hasEnded()).toBe(true);
});

test('an end at the very moment of a timer is before that timer', () => {
  const world = createVirtualClock();
  const clock = createEndingClock(world);
  const fired: string[] = [];
  clock.at(10, clock.end);
  clock.at(10, () => fired.push('too late'));
  world.advance(20);
  expect(fired).toEqual([]);
});
