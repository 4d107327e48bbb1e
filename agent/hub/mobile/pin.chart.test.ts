import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { pinChart, type PinEvent } from './pin.chart.ts';

const asked = (pin: 'none' | 'tried' | 'new') => ({ type: 'asked', pin }) as const;

function decisionsOf(...events: PinEvent[]): string[] {
  const chart = startChart(pinChart, createLogRecorder().log);
  return events.flatMap((event) => chart.send(event)).map(({ type }) => type);
}

test('a PIN that was never tried is tried; a right one may be tried at the next start of the modem (B7.2)', () => {
  expect(decisionsOf(asked('new'), { type: 'accepted' }, asked('new'))).toEqual(['try', 'forget', 'try']);
});

test('a wrong one is remembered, and refused from then on', () => {
  expect(decisionsOf(asked('new'), { type: 'wrong' })).toEqual(['try', 'remember', 'refuse']);
});

test('one that was tried before, or none, is refused', () => {
  expect(decisionsOf(asked('tried'))).toEqual(['refuse']);
  expect(decisionsOf(asked('none'))).toEqual(['refuse']);
});

test('a newly configured one is tried', () => {
  expect(decisionsOf(asked('none'), asked('new'), { type: 'accepted' })).toEqual(['refuse', 'try', 'forget']);
});

test('one that the SIM has not judged may be tried again when the SIM asks again', () => {
  expect(decisionsOf(asked('new'), { type: 'failed' }, asked('new'))).toEqual(['try', 'forget', 'try']);
});

test('another SIM may be asked anew', () => {
  expect(decisionsOf(asked('none'), { type: 'quiet' }, asked('new'))).toEqual(['refuse', 'try']);
});

test('every state and every transition is reached', () => {
  expect(
    uncovered(pinChart, [
      asked('none'),
      asked('tried'),
      asked('new'),
      { type: 'accepted' },
      { type: 'wrong' },
      { type: 'failed' },
      { type: 'quiet' },
    ]),
  ).toEqual([]);
});
