import { expect, test } from 'vitest';
import type { Happening } from '#test/handWorld.ts';
import { brokenBy } from '#test/handTrace.ts';
import type { CentreName } from '#simulator/world/world.ts';
import { checkOutages } from './outages.ts';

const path = (atMs: number, at: CentreName, is: 'up' | 'down') => ({ kind: 'path', atMs, at, is }) as const;
const beat = (atMs: number, at: CentreName, missed = 0): Happening => ({
  kind: 'heartbeat',
  atMs,
  at,
  hub: 'hub-0001',
  beat: 5,
  probe: false,
  waiting: 0,
  missed,
  answered: true,
});
const manner = (atMs: number, at: CentreName, is: 'silent' | 'answers') => ({ kind: 'centre', atMs, at, is }) as const;
const long = { endMs: 3_600_000 };

test('the first heartbeat after an outage says how many were missed', () => {
  const outage = [path(60_000, 'primary', 'down'), path(60_000, 'reserve', 'down'), path(960_000, 'primary', 'up')];
  expect(brokenBy(checkOutages, [...outage, beat(960_050, 'primary')], long)).toEqual(['B4.3']);
  expect(brokenBy(checkOutages, [...outage, beat(960_050, 'primary', 7)], long)).toEqual([]);
  expect(brokenBy(checkOutages, [...outage.slice(1), beat(960_050, 'primary')], long)).toEqual([]);
});

test('a centre that falls silent is left for the other', () => {
  expect(brokenBy(checkOutages, [manner(60_000, 'primary', 'silent')], long)).toEqual(['B4.4']);
  expect(brokenBy(checkOutages, [manner(60_000, 'primary', 'silent'), beat(500_000, 'reserve')], long)).toEqual([]);
  const both = [manner(60_000, 'reserve', 'silent'), manner(60_000, 'primary', 'silent')];
  expect(brokenBy(checkOutages, both, long)).toEqual([]);
  expect(
    brokenBy(checkOutages, [manner(60_000, 'primary', 'silent'), manner(90_000, 'primary', 'answers')], long),
  ).toEqual([]);
});
