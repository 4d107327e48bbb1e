import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { type TestAlarmEvent, testAlarmChart } from './testAlarm.chart.ts';

const due: TestAlarmEvent = { type: 'due' };
const late: TestAlarmEvent = { type: 'late' };
const acknowledged: TestAlarmEvent = { type: 'acknowledged' };

function play(...events: readonly TestAlarmEvent[]) {
  const { log, lines } = createLogRecorder();
  const chart = startChart(testAlarmChart, log);
  return { decisions: events.flatMap((event) => chart.send(event)).map(({ type }) => type), lines };
}

test('each one that is due is raised, whether the one before was acknowledged or not (B5.1)', () => {
  expect(play(due, acknowledged, due).decisions).toEqual(['raise', 'settle', 'raise']);
  expect(play(due, due).decisions).toEqual(['raise', 'raise']);
  expect(play(due, late, due, late).decisions).toEqual(['raise', 'fault', 'raise', 'fault']);
});

test('one that is not acknowledged in time is one fault, however late the answer (B5.3)', () => {
  const { decisions, lines } = play(due, late, acknowledged, due);
  expect(decisions).toEqual(['raise', 'fault', 'raise']);
  expect(lines).toEqual([]);
});

test('one that waits since an earlier run is not raised again, and its fault is not told twice', () => {
  expect(play({ type: 'restored', overdue: false }, late).decisions).toEqual(['fault']);
  const { decisions, lines } = play({ type: 'restored', overdue: true }, late);
  expect({ decisions, warned: lines.length }).toEqual({ decisions: [], warned: 1 });
});

test('every state is reached and every transition taken by these events', () => {
  const restored: TestAlarmEvent[] = [
    { type: 'restored', overdue: false },
    { type: 'restored', overdue: true },
  ];
  const events = [due, late, acknowledged, ...restored];
  expect(uncovered(testAlarmChart, events)).toEqual([]);
});
