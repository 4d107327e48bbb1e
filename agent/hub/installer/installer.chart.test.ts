import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { installerChart, type InstallerEvent } from './installer.chart.ts';

function decisionsOf(...events: InstallerEvent[]) {
  const chart = startChart(installerChart, createLogRecorder().log);
  return events.flatMap((event) => chart.send(event));
}

test('the tag begins it, and the tag or time ends it (B10)', () => {
  expect(decisionsOf({ type: 'tag' }, { type: 'tag' })).toEqual([{ type: 'begin' }, { type: 'end', by: 'tag' }]);
  expect(decisionsOf({ type: 'tag' }, { type: 'due' })).toEqual([{ type: 'begin' }, { type: 'end', by: 'time' }]);
});

test('one that was on before a restart goes on without beginning again', () => {
  expect(decisionsOf({ type: 'restored' }, { type: 'due' })).toEqual([{ type: 'end', by: 'time' }]);
});

test('every state and every transition is reached', () => {
  expect(uncovered(installerChart, [{ type: 'tag' }, { type: 'due' }, { type: 'restored' }])).toEqual([]);
});
