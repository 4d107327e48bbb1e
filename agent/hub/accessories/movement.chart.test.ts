import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { movementChart } from './movement.chart.ts';

const start = () => startChart(movementChart, createLogRecorder().log);

test('movement raises once until nobody moves (B8)', () => {
  const chart = start();
  expect(chart.send({ type: 'moved' })).toEqual([{ type: 'raise' }]);
  expect(chart.can({ type: 'moved' })).toBe(false);
  chart.send({ type: 'stilled' });
  expect(chart.send({ type: 'moved' })).toEqual([{ type: 'raise' }]);
});

test('every state and every transition is reached', () => {
  expect(uncovered(movementChart, [{ type: 'moved' }, { type: 'stilled' }])).toEqual([]);
});
