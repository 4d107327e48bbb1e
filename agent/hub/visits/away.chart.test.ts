import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { awayChart } from './away.chart.ts';

test('each press says the other: left, came back (B8.4)', () => {
  const chart = startChart(awayChart, createLogRecorder().log);
  expect(chart.send({ type: 'pressed' })).toEqual([{ type: 'left' }]);
  expect(chart.send({ type: 'pressed' })).toEqual([{ type: 'came-back' }]);
});

test('one who was away before a restart is, and comes back by the next press', () => {
  const chart = startChart(awayChart, createLogRecorder().log);
  expect(chart.send({ type: 'restored' })).toEqual([]);
  expect(chart.send({ type: 'pressed' })).toEqual([{ type: 'came-back' }]);
});

test('every state and every transition is reached', () => {
  expect(uncovered(awayChart, [{ type: 'pressed' }, { type: 'restored' }])).toEqual([]);
});
