import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { linkLossChart, type LinkLossEvent } from './linkLoss.chart.ts';

function decisionsOf(...events: LinkLossEvent[]): string[] {
  const chart = startChart(linkLossChart, createLogRecorder().log);
  return events.flatMap((event) => chart.send(event)).map(({ type }) => type);
}

const connected = { type: 'connected' } as const;
const disconnected = { type: 'disconnected' } as const;
const due = { type: 'due' } as const;

test('a loss that lasts is a fault, and its end a restore (B7.5)', () => {
  expect(decisionsOf(connected, disconnected, due, connected)).toEqual(['began', 'fault', 'restore']);
});

test('a loss that is over in time is neither', () => {
  expect(decisionsOf(connected, disconnected, connected)).toEqual(['began', 'ended']);
});

test('a loss goes on over a restart: reported or not, it is not begun or reported again', () => {
  expect(decisionsOf({ type: 'restored', lost: false }, due, connected)).toEqual(['fault', 'restore']);
  expect(decisionsOf({ type: 'restored', lost: true }, connected)).toEqual(['restore']);
});

test('a hub that starts without a link has lost it from then on', () => {
  expect(decisionsOf(disconnected, due)).toEqual(['began', 'fault']);
});

test('every state and every transition is reached', () => {
  const events: LinkLossEvent[] = [
    connected,
    disconnected,
    due,
    { type: 'restored', lost: false },
    { type: 'restored', lost: true },
  ];
  expect(uncovered(linkLossChart, events)).toEqual([]);
});
