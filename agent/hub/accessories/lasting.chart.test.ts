import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { lastingChart } from './lasting.chart.ts';

const start = () => startChart(lastingChart, createLogRecorder().log);

const begins = { type: 'begins', guarded: true, raises: true, silenced: false } as const;
const ends = { type: 'ends', guarded: false } as const;

test('what begins while it is guarded is said, lasts too long once, and its end is told (B8)', () => {
  const chart = start();
  expect(chart.send(begins)).toEqual([{ type: 'begun' }]);
  expect(chart.send({ type: 'due' })).toEqual([{ type: 'too-long' }]);
  expect(chart.send(ends)).toEqual([{ type: 'over' }]);
});

test('what nobody was told of ends without a word, unless it is guarded then', () => {
  const chart = start();
  expect(chart.send({ ...begins, guarded: false })).toEqual([{ type: 'watched' }]);
  expect(chart.send(ends)).toEqual([{ type: 'forgotten' }]);
  chart.send({ ...begins, guarded: false });
  expect(chart.send({ type: 'ends', guarded: true })).toEqual([{ type: 'over' }]);
});

test('the end of an alarm is told also while it is silenced', () => {
  const chart = start();
  chart.send(begins);
  expect(chart.send({ type: 'silenced' })).toEqual([{ type: 'unwatched' }]);
  expect(chart.send(ends)).toEqual([{ type: 'over' }]);
});

test('what was silenced is watched anew afterwards (B8.4)', () => {
  const chart = start();
  expect(chart.send({ ...begins, guarded: false, silenced: true })).toEqual([]);
  expect(chart.send({ type: 'resumed' })).toEqual([{ type: 'watched' }]);
  expect(chart.send({ type: 'due' })).toEqual([{ type: 'too-long' }]);
});

test('what was raised before a restart is not raised again (B6.6)', () => {
  const told = start();
  told.send({ type: 'restored', raised: true, told: true });
  expect(told.can({ type: 'due' })).toBe(false);
  const lasting = start();
  lasting.send({ type: 'restored', raised: true, told: false });
  expect(lasting.send(ends)).toEqual([{ type: 'over' }]);
});

test('every state and every transition is reached', () => {
  expect(
    uncovered(lastingChart, [
      { type: 'begins', guarded: true, raises: true, silenced: false },
      { type: 'begins', guarded: false, raises: true, silenced: false },
      { type: 'begins', guarded: false, raises: true, silenced: true },
      { type: 'ends', guarded: true },
      { type: 'ends', guarded: false },
      { type: 'due' },
      { type: 'silenced' },
      { type: 'resumed' },
      { type: 'restored', raised: true, told: true },
      { type: 'restored', raised: false, told: false },
    ]),
  ).toEqual([]);
});
