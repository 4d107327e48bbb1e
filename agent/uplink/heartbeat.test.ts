import { describe, expect, test } from 'vitest';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { type Beat, startHeartbeats } from './heartbeat.ts';
import type { PathName } from './path.ts';

const intervalMs = 2 * minuteMs;
const answerWithinMs = 30 * secondMs;
const probeEveryMs = 2 * minuteMs;

function setUp(hub = 'hub-0001') {
  const clock = createVirtualClock();
  const beats: (Beat & { path: PathName; atMs: number })[] = [];
  const told: string[] = [];
  const intervals: number[] = [];
  const world = { inUse: 'primary' as PathName | 'none', up: true };
  const { log } = createLogRecorder();
  const heartbeats = startHeartbeats({
    hub,
    settings: () => ({ intervalMs, answerWithinMs, probeEveryMs }),
    clock,
    log,
    inUse: () => world.inUse,
    send(path, beat) {
      if (world.up) beats.push({ ...beat, path, atMs: clock.monotonicMs() });
      return world.up;
    },
    onAnswered: (path) => told.push(`${path} answered`),
    onUnanswered: (path) => told.push(`${path} unanswered`),
    onInterval: (ms) => intervals.push(ms),
  });
  const use = (path: PathName | 'none'): void => {
    world.inUse = path;
    heartbeats.pathChanged();
  };
  const answerLast = (intervalMinutes?: number): void => {
    const { path = 'primary', sequence = 0 } = beats.at(-1) ?? {};
    heartbeats.answered(path, sequence, intervalMinutes);
  };
  return { clock, beats, told, intervals, world, heartbeats, use, answerLast };
}

describe('heartbeats (B4)', () => {
  test('the first follows the connection at once, the others come every 120 s and do not drift', () => {
    const { clock, beats, use } = setUp();
    clock.advance(1_234);
    use('primary');
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
    const { clock, beats, use } = setUp();
    use('primary');
    use('none');
    clock.advance(10 * minuteMs);
    use('primary');
    expect(beats.map(({ missed }) => missed)).toEqual([0, 5]);
    const sinceMs = beats[1]?.missedSinceMs ?? 0;
    expect(sinceMs).toBeGreaterThan(8 * minuteMs);
    expect(sinceMs).toBeLessThanOrEqual(10 * minuteMs);
  });

  test('a beat that the wire would not take is missed as well', () => {
    const { clock, beats, use, world } = setUp();
    world.up = false;
    use('primary');
    world.up = true;
    clock.advance(intervalMs);
    expect(beats[0]?.missed).toBe(1);
  });

  test('30 s without an answer is unanswered; an answer in time is not (B4.4)', () => {
    const { clock, told, use, answerLast } = setUp();
    use('primary');
    clock.advance(answerWithinMs);
    expect(told).toEqual(['primary unanswered']);
    clock.advance(intervalMs - answerWithinMs);
    answerLast();
    clock.advance(answerWithinMs);
    expect(told).toEqual(['primary unanswered', 'primary answered']);
  });

  test('an answer counts once, in time, and from the path that was asked', () => {
    const { clock, told, use, heartbeats } = setUp();
    use('primary');
    heartbeats.answered('reserve', 1, undefined);
    heartbeats.answered('primary', 2, undefined);
    expect(told).toEqual([]);
    clock.advance(answerWithinMs);
    heartbeats.answered('primary', 1, undefined);
    expect(told).toEqual(['primary unanswered']);
  });

  test('beats that come faster than their answers are each awaited for 30 s', () => {
    const { clock, told, use, heartbeats } = setUp();
    heartbeats.setInterval(10 * secondMs);
    use('primary');
    clock.advance(minuteMs);
    expect(told.filter((line) => line === 'primary unanswered').length).toBeGreaterThanOrEqual(3);
  });

  test('a thousand hubs with ids in a row, all switched on at once, beat spread over the whole interval', () => {
    const perSecond = Array.from({ length: intervalMs / secondMs }, () => 0);
    for (let number = 1; number <= 1_000; number += 1) {
      const { clock, beats, use, heartbeats } = setUp(`hub-${String(number).padStart(4, '0')}`);
      use('primary');
      clock.advance(intervalMs - 1);
      heartbeats.stop();
      for (const { atMs } of beats.slice(1))
        perSecond[Math.floor(atMs / secondMs)] = (perSecond[Math.floor(atMs / secondMs)] ?? 0) + 1;
    }
    // 8.3 a second in the mean; by chance alone one fleet in twenty would have a second with 20 of them.
    expect(Math.max(...perSecond)).toBeLessThan(20);
    expect(Math.min(...perSecond)).toBeGreaterThan(0);
  });

  test('while the reserve is in use the primary is probed every 2 minutes, and heartbeats go to the reserve (B4.4)', () => {
    const { clock, beats, use } = setUp();
    use('reserve');
    clock.advance(10 * minuteMs);
    const probes = beats.filter(({ probe }) => probe);
    expect(probes.map(({ path, atMs }) => [path, atMs / minuteMs])).toEqual(
      [2, 4, 6, 8, 10].map((minute) => ['primary', minute]),
    );
    expect(beats.filter(({ probe }) => !probe).every(({ path }) => path === 'reserve')).toBe(true);
    expect(beats.map(({ sequence }) => sequence)).toEqual(beats.map((_, index) => index + 1));
    use('primary');
    const count = beats.length;
    clock.advance(10 * minuteMs);
    expect(beats.slice(count).some(({ probe }) => probe)).toBe(false);
  });

  test('what was asked of the former path says nothing of the new one', () => {
    const { clock, told, use } = setUp();
    use('primary');
    use('reserve');
    clock.advance(answerWithinMs);
    expect(told).toEqual(['reserve unanswered']);
  });

  test('the centre may set the interval (B4.5)', () => {
    const { clock, use, beats, answerLast, intervals } = setUp();
    use('primary');
    answerLast(10);
    clock.advance(60 * minuteMs + secondMs);
    expect(beats.length).toBeGreaterThanOrEqual(6);
    expect(beats.length).toBeLessThanOrEqual(8);
    expect(intervals).toEqual([10 * minuteMs]);
  });

  test('the centre may set it in its answer to a report too, and the same again changes nothing', () => {
    const { clock, use, beats, intervals, heartbeats } = setUp();
    use('primary');
    heartbeats.centreSets(10);
    heartbeats.centreSets(10);
    clock.advance(60 * minuteMs + secondMs);
    expect(beats.length).toBeLessThanOrEqual(8);
    expect(intervals).toEqual([10 * minuteMs]);
  });
});
