import { expect, test } from 'vitest';
import { arrival, type Happening } from '#test/handWorld.ts';
import { brokenBy, committed, did } from '#test/handTrace.ts';
import { checkOrder } from './order.ts';

const path = (atMs: number, at: 'primary' | 'reserve', is: 'up' | 'down'): Happening => ({
  kind: 'path',
  atMs,
  at,
  is,
});
const visit = { report: 'visit', priority: 5 };

/** Three reports wait for a path: a visit, and then two alarms. */
const outage = [
  path(0, 'primary', 'down'),
  path(0, 'reserve', 'down'),
  committed(10_000, 'visit', { row: 1, ...visit }),
  committed(20_000, 'older', { row: 2 }),
  committed(30_000, 'younger', { row: 3 }),
  path(100_000, 'primary', 'up'),
];

test('after an outage the most urgent comes first, and of those alike the oldest (B2.6)', () => {
  const heard = (...refs: readonly string[]) =>
    refs.map((ref, place) => arrival(100_100 + place, ref, ref === 'visit' ? visit : {}));
  expect(brokenBy(checkOrder, [...outage, ...heard('older', 'younger', 'visit')])).toEqual([]);
  expect(brokenBy(checkOrder, [...outage, ...heard('younger', 'older', 'visit')])).toEqual(['B2.6']);
  expect(brokenBy(checkOrder, [...outage, ...heard('visit', 'older', 'younger')])).toEqual(['B2.6']);
  // What comes again has been asked for before; what a bad disk could not take has no place of its own.
  expect(brokenBy(checkOrder, [...outage, ...heard('older', 'younger', 'older', 'visit')])).toEqual([]);
  const disk = [did(5_000, { word: 'disk', is: 'failing' }), did(5_100, { word: 'disk', is: 'ok' })];
  expect(brokenBy(checkOrder, [...disk, ...outage, ...heard('younger', 'older', 'visit')])).toEqual([]);
});

test('a path that comes up beside another finds some asked there already', () => {
  const beside = outage.filter((one) => one.kind !== 'path' || one.at !== 'reserve');
  expect(brokenBy(checkOrder, [...beside, arrival(100_100, 'younger'), arrival(100_200, 'older')])).toEqual([]);
});

test('nothing less urgent is heard before a new alarm', () => {
  const waits = committed(90_000, 'visit', { row: 1, ...visit });
  const alarm = committed(100_000, 'alarm', { row: 2 });
  const [early, late] = [arrival(100_050, 'visit', visit), arrival(101_000, 'visit', visit)];
  expect(brokenBy(checkOrder, [waits, alarm, early, arrival(101_100, 'alarm')])).toEqual([]);
  expect(brokenBy(checkOrder, [waits, alarm, late, arrival(101_100, 'alarm')])).toEqual(['B2.6']);
  expect(brokenBy(checkOrder, [waits, alarm, arrival(100_040, 'alarm'), late])).toEqual([]);
  const bad: Happening = { kind: 'link', atMs: 95_000, is: 'up', difficulties: { delayMs: 2_000 } };
  expect(brokenBy(checkOrder, [waits, bad, alarm, late, arrival(101_100, 'alarm')])).toEqual([]);
});
