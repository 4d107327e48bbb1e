import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { type TimeEvent, timeChart } from './time.chart.ts';
import type { TimeSource } from './hubTime.ts';

const toleranceMs = 5_000;
const told = (source: TimeSource, offsetMs: number): TimeEvent => ({ type: 'told', source, offsetMs, toleranceMs });

function play(...events: readonly TimeEvent[]) {
  const { log, lines } = createLogRecorder();
  const chart = startChart(timeChart, log);
  const decisions = events.flatMap((event) => chart.send(event));
  expect(lines).toEqual([]);
  return decisions;
}

test('the first who tells the time sets the clock, and told again it is no news (B12.3)', () => {
  const set = { type: 'set', source: 'mobile', offsetMs: 1_000_000 };
  expect(play(told('mobile', 1_000_000), told('mobile', 1_005_000), told('network', 1_000_000))).toEqual([set]);
});

test('a better source moves the clock, a worse one never does', () => {
  const [, ...moved] = play(
    told('satellites', 1_000_000),
    told('mobile', 1_010_000),
    told('satellites', 1_000_000),
    told('network', 1_010_001),
    told('mobile', 2_000_000),
  );
  expect(moved).toEqual([{ type: 'moved', source: 'mobile', offsetMs: 1_010_000, byMs: 10_000 }]);
});

test('who agrees with a worse source takes its place', () => {
  expect(play(told('mobile', 1_000_000), told('network', 1_000_001), told('mobile', 2_000_000))).toHaveLength(1);
});

test('a jump either way by more than the tolerance is told, with its length', () => {
  const jumps = play(told('network', 1_000_000), told('network', 1_005_001), told('network', 900_000)).slice(1);
  expect(jumps).toMatchObject([{ byMs: 5_001 }, { byMs: -105_001 }]);
});

test('a clock that was set in an earlier run of the program is not set again', () => {
  expect(play({ type: 'restored', source: 'network', offsetMs: 7 }, told('network', 8))).toEqual([]);
});

test('every state and every transition is reached', () => {
  const events = [told('network', 0), told('mobile', 0), told('mobile', 1_000_000)];
  expect(uncovered(timeChart, [...events, { type: 'restored', source: 'mobile', offsetMs: 0 }])).toEqual([]);
});
