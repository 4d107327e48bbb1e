import { expect, test } from 'vitest';
import { brokenBy, committed } from '#test/handTrace.ts';
import { checkPriorities } from './priorities.ts';

test('smoke goes before a pendant, and a pendant before a door', () => {
  const alarm = (from: string, priority: number) => brokenBy(checkPriorities, [committed(0, 'A', { from, priority })]);
  expect(['smoke', 'pendant', 'door'].map((from) => alarm(from, 8))).toEqual([['B16'], [], ['B16']]);
  expect([alarm('smoke', 9), alarm('door', 7)]).toEqual([[], []]);
});

test('a fault is no alarm, and nothing else is a fault', () => {
  const report = (report: string, priority: number) =>
    brokenBy(checkPriorities, [committed(0, 'A', { report, from: 'hub', priority })]);
  expect([report('fault', 4), report('test', 2), report('visit', 5), report('information', 1)].flat()).toEqual([]);
  expect([report('fault', 8), report('test', 8), report('visit', 1)].flat()).toEqual(['B16', 'B16', 'B16']);
});
