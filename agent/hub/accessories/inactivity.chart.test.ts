import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { inactivityChart } from './inactivity.chart.ts';

const start = () => startChart(inactivityChart, createLogRecorder().log);

test('no movement raises once until somebody moves (B8)', () => {
  const chart = start();
  expect(chart.send({ type: 'started' })).toEqual([{ type: 'watch' }]);
  expect(chart.send({ type: 'moved' })).toEqual([{ type: 'watch' }]);
  expect(chart.send({ type: 'due' })).toEqual([{ type: 'raise' }]);
  expect(chart.can({ type: 'due' })).toBe(false);
  expect(chart.send({ type: 'moved' })).toEqual([{ type: 'watch' }]);
});

test('silence ends with a time that begins anew (B8.4)', () => {
  const chart = start();
  chart.send({ type: 'restored' });
  expect(chart.send({ type: 'silenced' })).toEqual([{ type: 'unwatch' }]);
  expect(chart.can({ type: 'due' })).toBe(false);
  expect(chart.send({ type: 'resumed' })).toEqual([{ type: 'watch' }]);
});

test('every state and every transition is reached', () => {
  expect(
    uncovered(inactivityChart, [
      { type: 'started' },
      { type: 'restored' },
      { type: 'moved' },
      { type: 'due' },
      { type: 'silenced' },
      { type: 'resumed' },
    ]),
  ).toEqual([]);
});
