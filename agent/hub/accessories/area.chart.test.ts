import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { areaChart } from './area.chart.ts';

const start = () => startChart(areaChart, createLogRecorder().log);

test('leaving the area is told once for each time (B8)', () => {
  const chart = start();
  expect(chart.can({ type: 'inside' })).toBe(false);
  expect(chart.send({ type: 'outside' })).toEqual([{ type: 'left' }]);
  expect(chart.can({ type: 'outside' })).toBe(false);
  expect(chart.send({ type: 'inside' })).toEqual([{ type: 'returned' }]);
});

test('one who was outside before a restart does not leave again', () => {
  const chart = start();
  chart.send({ type: 'restored' });
  expect(chart.can({ type: 'outside' })).toBe(false);
});

test('every state and every transition is reached', () => {
  expect(uncovered(areaChart, [{ type: 'inside' }, { type: 'outside' }, { type: 'restored' }])).toEqual([]);
});
