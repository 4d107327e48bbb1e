import { expect, test } from 'vitest';
import { brokenBy, committed, did } from '#test/handTrace.ts';
import { checkGuards } from './guards.ts';

const moved = (atMs: number, ref: string, report = 'alarm') =>
  committed(atMs, ref, { report, from: 'motion', status: 119, priority: 7 });
const still = did(60_000, { word: 'still', name: 'motion' });

test('who moves is told of once, until nobody does', () => {
  expect(brokenBy(checkGuards, [moved(0, 'A'), moved(90_000, 'B')])).toEqual(['B8']);
  expect(brokenBy(checkGuards, [moved(0, 'A'), moved(90_000, 'B', 'update')])).toEqual(['B8']);
  expect(brokenBy(checkGuards, [moved(0, 'A'), still, moved(90_000, 'B')])).toEqual([]);
});

test('a program that starts anew does not know who was there', () => {
  const started = { kind: 'hub', atMs: 60_000, is: 'starting' } as const;
  expect(brokenBy(checkGuards, [moved(0, 'A'), started, moved(90_000, 'B')])).toEqual([]);
});

test('what a bad disk could not take has its row late, and in a heap', () => {
  const disk = (atMs: number, is: 'failing' | 'ok') => did(atMs, { word: 'disk', is });
  const bad = [disk(30_000, 'failing'), still, disk(90_000, 'ok')];
  expect(brokenBy(checkGuards, [...bad, moved(90_000, 'A'), moved(90_000, 'B')])).toEqual([]);
  expect(brokenBy(checkGuards, [...bad, moved(290_000, 'A'), moved(295_000, 'B')])).toEqual(['B8']);
});

test('a guarded door that stays open is told', () => {
  const door = (atMs: number, what: string) =>
    ({ kind: 'telegram', atMs, from: 'door', what, copy: 0, heard: true }) as const;
  const raised = (atMs: number, status: number) => committed(atMs, `D${status}`, { from: 'door', status, priority: 7 });
  const long = { endMs: 900_000 };
  const opened = [door(60_000, 'open'), raised(60_000, 76)];
  expect(brokenBy(checkGuards, opened, long)).toEqual(['B8']);
  expect(brokenBy(checkGuards, [...opened, raised(360_000, 77)], long)).toEqual([]);
  expect(brokenBy(checkGuards, [...opened, door(90_000, 'close')], long)).toEqual([]);
  expect(brokenBy(checkGuards, [door(60_000, 'open')], long)).toEqual([]);
});
