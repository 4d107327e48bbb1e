import { expect, test } from 'vitest';
import { type AlarmEvent, alarmChart } from './alarm.chart.ts';
import { startChart } from './actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';

function decisionsOf(events: readonly AlarmEvent[]) {
  const { log, lines } = createLogRecorder();
  const chart = startChart(alarmChart, log);
  return { decisions: events.flatMap((event) => chart.send(event)), done: chart.isDone(), lines };
}

test('the first press raises the alarm, each further one is an update that counts (B1.1, B1.3)', () => {
  const { decisions } = decisionsOf([{ type: 'pressed' }, { type: 'pressed' }, { type: 'pressed' }]);
  expect(decisions).toEqual([{ type: 'raise' }, { type: 'update', presses: 2 }, { type: 'update', presses: 3 }]);
});

test('the acknowledgement ends it', () => {
  expect(decisionsOf([{ type: 'pressed' }, { type: 'acknowledged' }])).toMatchObject({ done: true });
});

test('an alarm rebuilt from its row is not raised again, and goes on counting', () => {
  const { decisions } = decisionsOf([
    { type: 'restored', presses: 1 },
    { type: 'restored', presses: 4 },
    { type: 'pressed' },
  ]);
  expect(decisions).toEqual([{ type: 'update', presses: 5 }]);
});

test('an event that the chart does not know in its state is logged, not lost in silence', () => {
  const { decisions, lines } = decisionsOf([{ type: 'acknowledged' }]);
  expect(decisions).toEqual([]);
  expect(lines).toMatchObject([{ level: 'warn', fields: { chart: 'alarm', state: 'new', event: 'acknowledged' } }]);
});

test('every state and every transition is reached', () => {
  const events: AlarmEvent[] = [
    { type: 'pressed' },
    { type: 'restored', presses: 1 },
    { type: 'acknowledged' },
    { type: 'moved' },
  ];
  expect(uncovered(alarmChart, events)).toEqual([]);
});
