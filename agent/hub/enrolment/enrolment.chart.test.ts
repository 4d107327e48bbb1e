import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { enrolmentChart, type EnrolmentEvent } from './enrolment.chart.ts';

function decisionsOf(...events: EnrolmentEvent[]): string[] {
  const chart = startChart(enrolmentChart, createLogRecorder().log);
  return events.flatMap((event) => chart.send(event)).map(({ type }) => type);
}

test('what is taught in is enrolled while the window is open, and only then (B14.2)', () => {
  expect(decisionsOf({ type: 'taughtIn', last: false })).toEqual([]);
  expect(decisionsOf({ type: 'open' }, { type: 'taughtIn', last: false }, { type: 'due' })).toEqual([
    'open',
    'enrol',
    'close',
  ]);
});

test('a window for one accessory is closed by it', () => {
  expect(decisionsOf({ type: 'open' }, { type: 'taughtIn', last: true }, { type: 'taughtIn', last: true })).toEqual([
    'open',
    'enrol',
  ]);
});

test('every state and every transition is reached', () => {
  expect(
    uncovered(enrolmentChart, [
      { type: 'open' },
      { type: 'taughtIn', last: true },
      { type: 'taughtIn', last: false },
      { type: 'close' },
      { type: 'due' },
      { type: 'restored' },
    ]),
  ).toEqual([]);
});
