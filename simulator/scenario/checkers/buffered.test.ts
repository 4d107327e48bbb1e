import { expect, test } from 'vitest';
import { brokenBy, committed, did } from '#test/handTrace.ts';
import type { CentreName } from '#simulator/world/world.ts';
import { checkBuffered } from './buffered.ts';

const path = (atMs: number, at: CentreName, is: 'up' | 'down') => ({ kind: 'path', atMs, at, is }) as const;
const away = [path(0, 'primary', 'down'), path(0, 'reserve', 'down')];

test('what is committed without any connection says that it was buffered, and nothing else does', () => {
  const buffered = committed(9_000, 'A', { buffered: true });
  const direct = committed(9_000, 'A', { buffered: false });
  expect(brokenBy(checkBuffered, [direct])).toEqual([]);
  expect(brokenBy(checkBuffered, [buffered])).toEqual(['B1.6']);
  expect(brokenBy(checkBuffered, [...away, buffered])).toEqual([]);
  expect(brokenBy(checkBuffered, [...away, direct])).toEqual(['B1.6']);
  expect(brokenBy(checkBuffered, [...away, path(5_000, 'reserve', 'up'), direct])).toEqual([]);
});

test('a program that has just started has no connection', () => {
  const started = { kind: 'hub', atMs: 5_000, is: 'starting' } as const;
  expect(brokenBy(checkBuffered, [started, committed(5_100, 'A', { buffered: false })])).toEqual(['B1.6']);
});

test('what a bad disk could not take says how it was before', () => {
  const disk = (atMs: number, is: 'failing' | 'ok') => did(atMs, { word: 'disk', is });
  const late = committed(80_000, 'A', { buffered: true });
  expect(
    brokenBy(checkBuffered, [...away, disk(1_000, 'failing'), path(5_000, 'primary', 'up'), disk(70_000, 'ok'), late]),
  ).toEqual([]);
});
