import { expect, test } from 'vitest';
import { arrival } from '#test/handWorld.ts';
import { brokenBy, committed, did } from '#test/handTrace.ts';
import { checkVisits } from './visits.ts';

const [planned, out] = [87, 111];
const visit = (atMs: number, ref: string, status: number) =>
  committed(atMs, ref, { report: 'visit', from: 'day-staff', status, priority: 5 });
const note = (atMs: number) => committed(atMs, '', { entry: 'visit', report: '', from: '' });
const arrived = (atMs: number, ref: string) => arrival(atMs, ref, { report: 'visit' });

test('who comes goes once', () => {
  expect(brokenBy(checkVisits, [visit(0, 'A', planned), visit(9_000, 'B', out), visit(20_000, 'C', planned)])).toEqual(
    [],
  );
  expect(brokenBy(checkVisits, [visit(0, 'A', out)])).toEqual(['B9.2']);
  expect(brokenBy(checkVisits, [visit(0, 'A', planned), visit(9_000, 'B', planned)])).toEqual(['B9.2']);
});

test('a visit that the centre has closed needs nobody to go', () => {
  const closed = [visit(0, 'A', planned), note(0), note(9_000)];
  expect(brokenBy(checkVisits, [...closed, visit(20_000, 'C', planned)])).toEqual([]);
  expect(brokenBy(checkVisits, [...closed, visit(20_000, 'C', out)])).toEqual(['B9.2']);
});

test('a disk in trouble may not have taken that the centre closed it', () => {
  const disk = (atMs: number, is: 'failing' | 'ok') => did(atMs, { word: 'disk', is });
  const failing = [disk(5_000, 'failing'), disk(10_000, 'ok')];
  expect(brokenBy(checkVisits, [visit(0, 'A', planned), ...failing, visit(20_000, 'C', planned)])).toEqual([]);
  expect(brokenBy(checkVisits, [visit(0, 'A', out), ...failing, visit(20_000, 'C', out)])).toEqual(['B9.2', 'B9.2']);
});

test('while the way is clear they arrive in their order', () => {
  const both = [visit(0, 'A', planned), visit(9_000, 'B', out)];
  expect(brokenBy(checkVisits, [...both, arrived(100_000, 'A'), arrived(100_050, 'B')])).toEqual([]);
  expect(brokenBy(checkVisits, [...both, arrived(100_000, 'B'), arrived(100_050, 'A')])).toEqual(['B9.1']);
  const badLink = did(50_000, { word: 'link', is: 'down' });
  expect(
    brokenBy(checkVisits, [
      ...both,
      badLink,
      { kind: 'link', atMs: 50_000, is: 'down' },
      arrived(100_000, 'B'),
      arrived(100_050, 'A'),
    ]),
  ).toEqual([]);
});
