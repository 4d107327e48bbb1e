import { describe, expect, test } from 'vitest';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { type Beat, answerWithinMs, startHeartbeats } from './heartbeat.ts';

const intervalMs = 2 * minuteMs;

function setUp(hub = 'hub-0001') {
  const clock = createVirtualClock();
  const beats: (Beat & { atMs: number })[] = [];
  const world = { up: true };
  const { log, lines } = createLogRecorder();
  const send = (beat: Beat) => {
    if (world.up) {
      beats.push({ ...beat, atMs: clock.monotonicMs() });
    }
    return world.up;
  };
  const heartbeats = startHeartbeats({ hub, intervalMs, clock, log, send });
  return { clock, beats, world, lines, heartbeats };
}

describe('heartbeats (B4)', () => {
  test('the first follows the connection at once, the others come every 120 s and do not drift', () => {
    const { clock, beats, heartbeats } = setUp();
    clock.advance(1_234);
    heartbeats.connected();
    clock.advance(72 * 60 * minuteMs);
    expect(beats[0]?.atMs).toBe(1_234);
    const gaps = beats.slice(2).map((beat, index) => beat.atMs - (beats[index + 1]?.atMs ?? 0));
    expect(new Set(gaps)).toEqual(new Set([intervalMs]));
    expect(beats.length).toBeGreaterThanOrEqual(72 * 30);
  });

  test('hubs that start at one moment do not beat at one moment', () => {
    const firsts = ['hub-0001', 'hub-0002', 'hub-0003', 'hub-0004'].map((hub) => {
      const { clock, beats } = setUp(hub);
      clock.advance(intervalMs);
      return beats[0]?.atMs;
    });
    expect(new Set(firsts).size).toBe(4);
  });

  test('the first after an outage says how many were missed and since when; none is sent late (B4.3)', () => {
    const { clock, beats, world, heartbeats } = setUp();
    heartbeats.connected();
    world.up = false;
    clock.advance(10 * minuteMs);
    world.up = true;
    heartbeats.connected();
    expect(beats.map(({ missed }) => missed)).toEqual([0, 5]);
    const sinceMs = beats[1]?.missedSinceMs ?? 0;
    expect(sinceMs).toBeGreaterThan(8 * minuteMs);
    expect(sinceMs).toBeLessThanOrEqual(10 * minuteMs);
  });

  test('30 s without an answer is unanswered; an answer sets the count back (B4.4)', () => {
    const { clock, heartbeats, beats } = setUp();
    heartbeats.connected();
    clock.advance(answerWithinMs);
    expect(heartbeats.unanswered()).toBe(1);
    clock.advance(intervalMs);
    heartbeats.answered(beats.at(-1)?.sequence ?? 0, undefined);
    expect(heartbeats.unanswered()).toBe(0);
  });

  test('a late answer to an earlier beat does not count for this one', () => {
    const { clock, heartbeats } = setUp();
    heartbeats.connected();
    clock.advance(intervalMs);
    heartbeats.answered(1, undefined);
    clock.advance(answerWithinMs);
    expect(heartbeats.unanswered()).toBeGreaterThan(0);
  });

  test('the centre may set the interval (B4.5)', () => {
    const { clock, heartbeats, beats } = setUp();
    heartbeats.connected();
    heartbeats.answered(1, 10);
    clock.advance(60 * minuteMs + secondMs);
    expect(beats.length).toBeGreaterThanOrEqual(6);
    expect(beats.length).toBeLessThanOrEqual(8);
  });
});
