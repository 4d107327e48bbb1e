import { expect, test } from 'vitest';
import type { Happening } from '#test/handWorld.ts';
import { acknowledged, brokenBy, committed } from '#test/handTrace.ts';
import type { CentreName } from '#simulator/world/world.ts';
import { checkTroubles } from './troubles.ts';

const supply = (atMs: number, mains: boolean, chargePercent = 100): Happening => ({
  kind: 'power',
  atMs,
  mains,
  chargePercent,
});
const said = (atMs: number, report: string, status: number) =>
  committed(atMs, `S${atMs}`, { report, from: 'hub', status, priority: 4 });
const down = (at: CentreName) => ({ kind: 'path', atMs: 60_000, at, is: 'down' }) as const;
const long = { endMs: 7_200_000 };

test('mains that are gone are reported after a minute, and mains that flicker are not', () => {
  const gone = [supply(60_000, false)];
  expect(brokenBy(checkTroubles, gone)).toEqual(['B6.1']);
  expect(brokenBy(checkTroubles, [...gone, said(124_000, 'fault', 85)])).toEqual([]);
  expect(brokenBy(checkTroubles, [...gone, supply(80_000, true)])).toEqual([]);
  expect(brokenBy(checkTroubles, [...gone, said(65_000, 'fault', 85)])).toEqual(['B6.1']);
  // Mains that waver are one interruption.
  const wavering = [supply(60_000, false), supply(100_000, true), supply(105_000, false), said(121_000, 'fault', 85)];
  expect(brokenBy(checkTroubles, wavering)).toEqual([]);
});

test('a hub that has just started, or whose supply was just plugged in, is not judged', () => {
  const started = { kind: 'hub', atMs: 100_000, is: 'starting' } as const;
  const plugged = { kind: 'device', atMs: 30_000, device: 'ups', is: 'plugged' } as const;
  expect(brokenBy(checkTroubles, [supply(60_000, false), started])).toEqual([]);
  expect(brokenBy(checkTroubles, [plugged, supply(60_000, false)])).toEqual([]);
});

test('a battery that is low is reported', () => {
  expect(brokenBy(checkTroubles, [supply(60_000, true, 15)])).toEqual(['B6.3']);
  expect(brokenBy(checkTroubles, [supply(60_000, true, 15), said(64_000, 'maintenance', 16)])).toEqual([]);
  expect(brokenBy(checkTroubles, [supply(60_000, true, 15), supply(61_000, true, 90)])).toEqual([]);
});

test('ten minutes without any path are reported', () => {
  expect(brokenBy(checkTroubles, [down('primary'), down('reserve')], long)).toEqual(['B7.5']);
  expect(brokenBy(checkTroubles, [down('primary'), down('reserve'), said(660_000, 'fault', 24)], long)).toEqual([]);
  expect(brokenBy(checkTroubles, [down('primary')], long)).toEqual([]);
});

test('a test alarm that nobody takes in an hour is reported', () => {
  const raised = committed(0, 'T', { report: 'test', from: 'hub', status: 102, priority: 2 });
  expect(brokenBy(checkTroubles, [raised], long)).toEqual(['B5.3']);
  expect(brokenBy(checkTroubles, [raised, acknowledged(60_000, 'T')], long)).toEqual([]);
  expect(brokenBy(checkTroubles, [raised, said(3_600_000, 'fault', 104)], long)).toEqual([]);
});

test('an accessory that was missing and is heard again is reported', () => {
  const heard = { kind: 'telegram', atMs: 90_000, from: 'door', what: 'alive', copy: 0, heard: true } as const;
  const missing = committed(30_000, 'M', { report: 'fault', from: 'door', status: 123, priority: 4 });
  const back = committed(90_000, 'N', { report: 'restore', from: 'door', status: 124, priority: 4 });
  expect(brokenBy(checkTroubles, [missing, heard])).toEqual(['B8.2']);
  expect(brokenBy(checkTroubles, [missing, heard, back])).toEqual([]);
  expect(brokenBy(checkTroubles, [missing, { ...heard, heard: false }])).toEqual([]);
});
