import { describe, expect, test } from 'vitest';
import { createVirtualClock } from './virtualClock.ts';

describe('virtual time', () => {
  test('brings each timer at its own moment, in order of time and then of setting', () => {
    const clock = createVirtualClock();
    const fired: string[] = [];
    const note = (name: string) => () => fired.push(`${name} at ${clock.monotonicMs()}`);
    clock.at(20, note('late'));
    clock.at(10, note('first'));
    clock.at(10, note('second'));
    clock.advance(30);
    expect(fired).toEqual(['first at 10', 'second at 10', 'late at 20']);
    expect(clock.monotonicMs()).toBe(30);
  });

  test('stands still at the timer behind which somebody said stop, and goes on from there', () => {
    const clock = createVirtualClock();
    const fired: number[] = [];
    for (const atMs of [5, 5, 9]) clock.at(atMs, () => fired.push(atMs));
    clock.advanceTo(20, () => fired.length === 1);
    expect([fired, clock.monotonicMs()]).toEqual([[5], 5]);
    clock.advanceTo(20);
    expect([fired, clock.monotonicMs()]).toEqual([[5, 5, 9], 20]);
  });

  test('knows how many timers wait: none that has fired, and none that was taken back, once or twice', () => {
    const clock = createVirtualClock();
    const [fired, takenBack] = [clock.at(5, () => {}), clock.at(9, () => {})];
    clock.at(9, () => {});
    expect(clock.waiting()).toBe(3);
    clock.advance(5);
    fired();
    expect(clock.waiting()).toBe(2);
    takenBack();
    takenBack();
    expect(clock.waiting()).toBe(1);
  });

  test('never runs backwards', () => {
    const clock = createVirtualClock();
    clock.advance(10);
    clock.advanceTo(5);
    expect(clock.monotonicMs()).toBe(10);
  });

  test('a loop that never lets time pass is a mistake of the program, and told as such', () => {
    const clock = createVirtualClock();
    const again = (): void => void clock.at(0, again);
    again();
    expect(() => clock.advance(1)).toThrow(/time never passes/u);
  });

  test('a wall clock that is set anew moves no timer (B12.1)', () => {
    const clock = createVirtualClock(1_000);
    let firedAtMs = -1;
    clock.at(50, () => (firedAtMs = clock.monotonicMs()));
    clock.setWall(-5_000, false);
    clock.advance(100);
    expect([firedAtMs, clock.wallMs(), clock.wallTrusted()]).toEqual([50, -4_900, false]);
  });
});
