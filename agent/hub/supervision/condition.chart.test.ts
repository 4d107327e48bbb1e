import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { conditionChart } from './condition.chart.ts';

const start = () => startChart(conditionChart, createLogRecorder().log);

test('a fault is told once, again when it is due, and its end once (B8.2)', () => {
  const chart = start();
  expect(chart.can({ type: 'good' })).toBe(false);
  expect(chart.send({ type: 'bad' })).toEqual([{ type: 'fault' }]);
  expect(chart.can({ type: 'bad' })).toBe(false);
  expect(chart.send({ type: 'due' })).toEqual([{ type: 'fault' }]);
  expect(chart.send({ type: 'good' })).toEqual([{ type: 'restore' }]);
});

test('what was a fault before a restart is not told again', () => {
  const chart = start();
  chart.send({ type: 'restored' });
  expect(chart.send({ type: 'good' })).toEqual([{ type: 'restore' }]);
});

test('every state and every transition is reached', () => {
  expect(uncovered(conditionChart, [{ type: 'bad' }, { type: 'good' }, { type: 'due' }, { type: 'restored' }])).toEqual(
    [],
  );
});
