import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { recoveryChart, type RecoveryEvent } from './recovery.chart.ts';

const trouble = { type: 'trouble' } as const;
const well = { type: 'well' } as const;
const due = { type: 'due', call: false } as const;

function decisionsOf(...events: RecoveryEvent[]) {
  const chart = startChart(recoveryChart, createLogRecorder().log);
  return events.flatMap((event) => chart.send(event));
}

test('step follows step, from the gentlest to the hardest, and behind the last comes the first (B7.4)', () => {
  const steps = decisionsOf(trouble, due, due, due, due, due).filter(({ type }) => type === 'recover');
  expect(steps.map((step) => ('step' in step ? step.step : ''))).toEqual([
    'reattach',
    'radio-off-on',
    'reset',
    'power-cycle',
    'reattach',
  ]);
});

test('before each step it waits, and tells how many came before', () => {
  const waits = decisionsOf(trouble, due, due).filter(({ type }) => type === 'wait');
  expect(waits).toEqual([0, 1, 2].map((steps) => ({ type: 'wait', steps })));
});

test('no step while a call is up: it waits as long once more', () => {
  const { log, lines } = createLogRecorder();
  const chart = startChart(recoveryChart, log);
  const events: RecoveryEvent[] = [trouble, { type: 'due', call: true }, due];
  expect(events.flatMap((event) => chart.send(event))).toEqual([
    { type: 'wait', steps: 0 },
    { type: 'wait', steps: 0 },
    { type: 'recover', step: 'reattach' },
    { type: 'wait', steps: 1 },
  ]);
  expect(lines).toEqual([]);
});

test('when all is well it rests, and the next trouble begins with the gentlest step', () => {
  expect(decisionsOf(trouble, due, well, trouble, due).slice(3)).toEqual([
    { type: 'rest' },
    { type: 'wait', steps: 0 },
    { type: 'recover', step: 'reattach' },
    { type: 'wait', steps: 1 },
  ]);
});

test('every state and every transition is reached', () => {
  const events: RecoveryEvent[] = [trouble, well, due, { type: 'due', call: true }];
  expect(uncovered(recoveryChart, events)).toEqual([]);
});
