import { expect, test } from 'vitest';
import { acknowledged, brokenBy, committed, did } from '#test/handTrace.ts';
import { checkOneAlarm } from './oneAlarm.ts';

const press = (atMs: number) => did(atMs, { word: 'press', name: 'pendant' });
const update = (atMs: number, ref: string, presses: number) =>
  committed(atMs, ref, { report: 'update', of: 'A', presses });
const replaced = (atMs: number, ref: string) => ({ ...acknowledged(atMs, ref), entry: 'superseded' as const });

test('an alarm of the same matter comes only when the one before was acknowledged', () => {
  expect(brokenBy(checkOneAlarm, [committed(0, 'A'), committed(9_000, 'B')])).toEqual(['B1.3']);
  expect(brokenBy(checkOneAlarm, [committed(0, 'A'), acknowledged(50, 'A'), committed(9_000, 'B')])).toEqual([]);
  expect(brokenBy(checkOneAlarm, [committed(0, 'A'), committed(9_000, 'B', { from: 'extra-pendant' })])).toEqual([]);
});

test('one update of an alarm waits, the newest', () => {
  const presses = [press(0), press(5_000), press(9_000)];
  const until = [...presses, committed(0, 'A'), update(5_000, 'B', 2)];
  expect(brokenBy(checkOneAlarm, [...until, update(9_000, 'C', 3)])).toEqual(['B1.3']);
  expect(brokenBy(checkOneAlarm, [...until, replaced(9_000, 'B'), update(9_000, 'C', 3)])).toEqual([]);
  const call = committed(9_000, 'C', { report: 'update', of: 'A', status: 42 });
  expect(brokenBy(checkOneAlarm, [...until, call])).toEqual([]);
});

test('an update counts no more presses than there were', () => {
  expect(brokenBy(checkOneAlarm, [press(0), committed(0, 'A'), update(900, 'B', 2)])).toEqual(['B1.2']);
  expect(brokenBy(checkOneAlarm, [press(0), committed(0, 'A'), press(9_000), update(9_000, 'B', 2)])).toEqual([]);
});

test('a telegram that somebody writes to the wire may be a press of the pendant, and noise is none', () => {
  const bytes = (hex: string) => did(800, { word: 'bytes', to: 'radio', hex });
  const story = (hex: string) => [press(0), committed(0, 'A'), bytes(hex), update(900, 'B', 2)];
  // The header of a telegram of a secure pendant, with its checksum: 12 bytes of data, 7 of more.
  expect(brokenBy(checkOneAlarm, story('55 00 0c 07 01 96 30 9c'))).toEqual([]);
  expect(brokenBy(checkOneAlarm, story('55 00 0c 07 01 97 30 9c'))).toEqual(['B1.2']);
});
