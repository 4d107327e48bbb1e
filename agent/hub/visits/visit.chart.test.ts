import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { visitChart, type VisitEvent } from './visit.chart.ts';

const tag = { type: 'tag', awaited: false } as const;
const close = { type: 'closedByCentre', awaited: false } as const;

function decisionsOf(...events: VisitEvent[]): string[] {
  const chart = startChart(visitChart, createLogRecorder().log);
  return events.flatMap((event) => chart.send(event)).map((decision) => JSON.stringify(decision));
}

test('a tag checks in, upon an alarm when one awaits a visit, and the next one checks out (B9.1)', () => {
  expect(decisionsOf(tag, tag)).toEqual(['{"type":"in","uponAlarm":false}', '{"type":"out"}']);
  expect(decisionsOf({ type: 'tag', awaited: true })).toEqual(['{"type":"in","uponAlarm":true}']);
});

test('a visit that is open for long is said to be, once (B9.3)', () => {
  expect(decisionsOf(tag, { type: 'due' }, { type: 'due' })).toEqual([
    '{"type":"in","uponAlarm":false}',
    '{"type":"overdue"}',
  ]);
  expect(decisionsOf({ type: 'restored', overdue: true }, { type: 'due' })).toEqual([]);
});

test('the centre closes the visit that is open, or the one that is awaited, or hears that there is none (B9.4)', () => {
  expect(decisionsOf(tag, close)).toContain('{"type":"closed"}');
  expect(decisionsOf({ type: 'closedByCentre', awaited: true })).toEqual(['{"type":"awaited-closed"}']);
  expect(decisionsOf(close)).toEqual(['{"type":"nothing-to-close"}']);
});

test('every state and every transition is reached', () => {
  expect(
    uncovered(visitChart, [
      tag,
      close,
      { ...close, awaited: true },
      { type: 'due' },
      { type: 'restored', overdue: false },
      { type: 'restored', overdue: true },
    ]),
  ).toEqual([]);
});
