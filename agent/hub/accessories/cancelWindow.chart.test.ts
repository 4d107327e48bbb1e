import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { cancelWindowChart } from './cancelWindow.chart.ts';

const start = () => startChart(cancelWindowChart, createLogRecorder().log);

test('an alarm is announced once, and is cancelled or goes out (B1.5)', () => {
  const chart = start();
  expect(chart.send({ type: 'triggered' })).toEqual([{ type: 'announce' }]);
  expect(chart.can({ type: 'triggered' })).toBe(false);
  expect(chart.send({ type: 'cancelled' })).toEqual([{ type: 'cancel' }]);
  chart.send({ type: 'triggered' });
  expect(chart.send({ type: 'due' })).toEqual([{ type: 'raise' }]);
  expect(chart.can({ type: 'cancelled' })).toBe(false);
});

test('a window that was open before a restart is shown, and not announced again', () => {
  expect(start().send({ type: 'restored' })).toEqual([{ type: 'show' }]);
});

test('every state and every transition is reached', () => {
  expect(
    uncovered(cancelWindowChart, [{ type: 'triggered' }, { type: 'cancelled' }, { type: 'due' }, { type: 'restored' }]),
  ).toEqual([]);
});
