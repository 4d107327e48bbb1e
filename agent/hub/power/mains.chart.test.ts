import { expect, test } from 'vitest';
import { startChart } from '#agent/hub/actors.ts';
import { uncovered } from '#test/chartCoverage.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { mainsChart, type MainsEvent } from './mains.chart.ts';

/** What is decided on the way, without the counting of steady time. */
function decided(...types: MainsEvent['type'][]): string[] {
  const chart = startChart(mainsChart, createLogRecorder().log);
  return types
    .flatMap((type) => chart.send({ type }).map((decision) => decision.type))
    .filter((type) => !/count/u.test(type));
}

test('an interruption that is over before its time is a flicker, and no report (B6.1)', () => {
  expect(decided('gone', 'back', 'steady')).toEqual(['interrupted', 'flicker']);
});

test('one that lasts is reported, and restored once the mains are steady (B6.1)', () => {
  expect(decided('gone', 'due', 'back', 'steady')).toEqual(['interrupted', 'report', 'restored']);
});

test('mains that shake on their way back are one interruption', () => {
  expect(decided('gone', 'due', 'back', 'gone', 'back', 'steady')).toEqual(['interrupted', 'report', 'restored']);
});

test('a plug that shakes for long is reported when it is gone once more, and is a flicker when it stays', () => {
  expect(decided('gone', 'back', 'gone', 'back', 'due', 'gone')).toEqual(['interrupted', 'report']);
  expect(decided('gone', 'back', 'due', 'steady')).toEqual(['interrupted', 'flicker']);
});

test('after a restart it goes on where it was, and decides nothing anew (B6.6)', () => {
  expect(decided('restored-gone', 'due')).toEqual(['report']);
  expect(decided('restored-reported', 'back', 'steady')).toEqual(['restored']);
});

test('every state and every transition can be reached', () => {
  const events = (['gone', 'back', 'due', 'steady', 'restored-gone', 'restored-reported'] as const).map((type) => ({
    type,
  }));
  expect(uncovered(mainsChart, events)).toEqual([]);
});
