import { expect, test } from 'vitest';
import { brokenBy, committed, did } from '#test/handTrace.ts';
import { checkPresence } from './presence.ts';

const [planned, uponAlarm, out] = [87, 88, 111];
const tag = (atMs: number) => did(atMs, { word: 'tag', name: 'day-staff' });
const visit = (atMs: number, status: number) =>
  committed(atMs, `V${atMs}`, { report: 'visit', from: 'day-staff', status, priority: 5 });

test('who comes after an alarm comes upon it, once', () => {
  expect(brokenBy(checkPresence, [committed(0, 'A'), visit(60_000, uponAlarm)])).toEqual([]);
  expect(brokenBy(checkPresence, [committed(0, 'A'), visit(60_000, planned)])).toEqual(['B9.1']);
  expect(brokenBy(checkPresence, [visit(60_000, planned)])).toEqual([]);
  expect(brokenBy(checkPresence, [visit(60_000, uponAlarm)])).toEqual(['B9.1']);
  const again = [committed(0, 'A'), visit(60_000, uponAlarm), visit(90_000, out), visit(200_000, uponAlarm)];
  expect(brokenBy(checkPresence, again)).toEqual(['B9.1']);
});

test('an order of the centre may have closed it', () => {
  const order = did(30_000, { word: 'command', name: 'close-visit', details: {} });
  expect(brokenBy(checkPresence, [committed(0, 'A'), order, visit(60_000, planned)])).toEqual([]);
  // Also when it was sent before the alarm, and reached the hub behind it.
  expect(brokenBy(checkPresence, [order, committed(50_000, 'A'), visit(60_000, planned)])).toEqual([]);
});

test('what a disk did not take is written when it is well again, and may belong to a read before', () => {
  const disk = (atMs: number, is: 'failing' | 'ok') => did(atMs, { word: 'disk', is });
  const reads = [disk(50_000, 'failing'), tag(60_000), tag(61_000), disk(61_000, 'ok')];
  expect(brokenBy(checkPresence, [...reads, visit(61_050, planned)])).toEqual([]);
});

test('a tag that lies on the reader is one read', () => {
  const inAndOut = [visit(60_000, planned), visit(61_000, out)];
  expect(brokenBy(checkPresence, [tag(60_000), ...inAndOut.slice(0, 1), tag(61_000)])).toEqual([]);
  expect(brokenBy(checkPresence, [tag(60_000), ...inAndOut.slice(0, 1), tag(61_000), ...inAndOut.slice(1)])).toEqual([
    'B9.2',
  ]);
  expect(brokenBy(checkPresence, [tag(60_000), visit(60_000, planned), tag(64_000), visit(64_000, out)])).toEqual([]);
});
