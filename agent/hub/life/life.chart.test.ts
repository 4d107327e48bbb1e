import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { lifeChart, type LifeEvent, type Stage } from './life.chart.ts';

const stages: readonly Stage[] = ['enrolled', 'in-service', 'exchanged', 'ending', 'ended'];

function decisionsOf(...events: LifeEvent[]) {
  const chart = startChart(lifeChart, createLogRecorder().log);
  return events.flatMap((event) => chart.send(event));
}

test('a hub goes from enrolled to in service, exchanged, ended (B14.1)', () => {
  const types = ['started', 'connected', 'exchange', 'end'] as const;
  expect(decisionsOf(...types.map((type) => ({ type })))).toEqual([
    { type: 'enter', stage: 'enrolled' },
    { type: 'enter', stage: 'in-service' },
    { type: 'enter', stage: 'exchanged' },
    { type: 'wipe' },
  ]);
});

test('a hub that lost its power while it ended is ended again; no other does anything when it starts', () => {
  for (const stage of stages) {
    expect(decisionsOf({ type: 'restored', stage })).toEqual(stage === 'ending' ? [{ type: 'wipe' }] : []);
  }
});

test('every state and every transition is reached', () => {
  expect(
    uncovered(lifeChart, [
      { type: 'started' },
      { type: 'connected' },
      { type: 'exchange' },
      { type: 'end' },
      ...stages.map((stage) => ({ type: 'restored', stage }) as const),
    ]),
  ).toEqual([]);
});
