import { describe, expect, test } from 'vitest';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import type { TargetState } from '#protocol/ld2410/report.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createPresence } from './presence.ts';

function setUp() {
  const clock = createVirtualClock();
  const story: string[] = [];
  const tell = (what: string): void => void story.push(`${clock.monotonicMs() / 1_000} ${what}`);
  const presence = createPresence(clock, {
    presence: (present) => tell(present ? 'present' : 'gone'),
    movement: () => tell('moves'),
  });
  /** Ten reports a second, the first at once. */
  function see(state: TargetState, forMs: number): void {
    for (let seenMs = 0; seenMs < forMs; seenMs += 100) {
      presence.report(state);
      clock.advance(100);
    }
  }
  const news = (): string[] => story.splice(0);
  return { clock, presence, see, news };
}

describe('what a radar sees', () => {
  test('is told with the second report that says it: one alone is a transmission error', () => {
    const { see, news } = setUp();
    see('none', secondMs);
    see('moving', 100);
    see('none', secondMs);
    expect(news()).toEqual([]);
    see('still', secondMs);
    expect(news()).toEqual(['2.2 present']);
  });

  test('is told as presence and then movement when somebody comes in', () => {
    const { see, news } = setUp();
    see('moving', 200);
    expect(news()).toEqual(['0.1 present', '0.1 moves']);
  });

  test('is nobody only after five seconds without anybody: presence does not flicker', () => {
    const { see, news } = setUp();
    see('still', secondMs);
    for (let round = 0; round < 20; round += 1) {
      see('none', 4 * secondMs);
      see('still', secondMs);
    }
    see('none', 10 * secondMs);
    expect(news()).toEqual(['0.1 present', '106 gone']);
  });

  test('is not held up by one report that by error saw somebody', () => {
    const { see, news } = setUp();
    see('still', secondMs);
    see('none', 4 * secondMs);
    see('moving', 100);
    see('none', 4 * secondMs);
    expect(news()).toEqual(['0.1 present', '6 gone']);
  });

  test('is told of somebody who walks about every five seconds, not ten times a second', () => {
    const { see, news } = setUp();
    see('moving-and-still', minuteMs);
    const moves = news().filter((line) => line.endsWith('moves'));
    expect(moves).toHaveLength(12);
    expect(moves.slice(0, 3)).toEqual(['0.1 moves', '5.1 moves', '10.1 moves']);
  });

  test('is at rest when it moves no more: that is no movement, and still presence', () => {
    const { see, news } = setUp();
    see('still', minuteMs);
    expect(news()).toEqual(['0.1 present']);
  });

  test('is told each half minute while power is saved, movement in between too (B6.2)', () => {
    const { see, presence, news } = setUp();
    presence.savePower(true);
    see('moving', 2 * secondMs);
    see('still', 5 * minuteMs);
    expect(news()).toEqual(['30.1 present', '30.1 moves']);
    see('none', minuteMs);
    expect(news()).toEqual(['337 gone']);
  });

  test('is told at once when power is saved no more', () => {
    const { see, presence, news, clock } = setUp();
    presence.savePower(true);
    see('moving', secondMs);
    expect(news()).toEqual([]);
    presence.savePower(false);
    expect(news()).toEqual(['1 present', '1 moves']);
    clock.advance(minuteMs);
    expect(news()).toEqual([]);
  });

  test.each([true, false])('is told nobody any more once stopped, power saved: %s', (saved) => {
    const { see, presence, news, clock } = setUp();
    see('still', secondMs);
    presence.savePower(saved);
    see('none', secondMs);
    news();
    presence.stop();
    clock.advance(minuteMs);
    expect({ news: news(), waiting: clock.waiting() }).toEqual({ news: [], waiting: 0 });
  });
});
