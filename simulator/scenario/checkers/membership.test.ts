import { expect, test } from 'vitest';
import { success } from '#protocol/core/result.ts';
import { brokenBy } from '#test/handTrace.ts';
import { arrival, type Happening, scenarioOf } from '#test/handWorld.ts';
import { checkAlarms } from './alarms.ts';
import { checkCauses } from './causes.ts';
import type { Checker } from './checker.ts';
import { checkJournal } from './journal.ts';

const orders = (atMs: number, name: 'enrol' | 'forget', details: Readonly<Record<string, unknown>>): Happening => ({
  kind: 'action',
  atMs,
  action: { word: 'command', name, details },
});
const heard = (atMs: number): Happening => ({
  kind: 'telegram',
  atMs,
  from: 'pendant',
  what: 'press',
  copy: 0,
  heard: true,
});
const row = (atMs: number, count: number, more: Partial<Happening & { kind: 'journal' }> = {}): Happening => ({
  kind: 'journal',
  atMs,
  row: count,
  entry: 'life',
  ...more,
});

const rulesBroken = (check: Checker, happenings: readonly Happening[], rows: readonly number[] = []): string[] =>
  brokenBy(check, happenings, { journal: success(rows.map((count) => ({ row: count, entry: 'life' }))) });

test('what is of the home is to be heard until it is forgotten, by its name or its id, and no longer', () => {
  const { accessories } = scenarioOf('press: pendant').hub;
  const id = accessories.find(({ name }) => name === 'pendant')?.id;
  expect(rulesBroken(checkAlarms, [heard(0)])).toEqual(['B1.1']);
  expect(rulesBroken(checkAlarms, [heard(0), orders(5_000, 'forget', { name: 'pendant' })])).toEqual(['B1.1']);
  expect(rulesBroken(checkAlarms, [orders(0, 'forget', { name: 'smoke' }), heard(5_000)])).toEqual(['B1.1']);
  for (const details of [{ name: 'pendant' }, { id }]) {
    expect(rulesBroken(checkAlarms, [orders(0, 'forget', details), heard(5_000)])).toEqual([]);
  }
});

test('a hub that has ended need hear nothing, and need not have what was in its journal before', () => {
  expect(rulesBroken(checkAlarms, [row(0, 3, { wiped: true }), heard(5_000)])).toEqual([]);
  expect(rulesBroken(checkJournal, [row(0, 2), row(1, 3, { wiped: true }), row(2, 4)], [3, 4])).toEqual([]);
  expect(rulesBroken(checkJournal, [row(0, 2), row(1, 3), row(2, 4)], [3, 4])).toEqual(['B1.1']);
  expect(rulesBroken(checkJournal, [row(1, 3, { wiped: true }), row(2, 4)], [3])).toEqual(['B1.1']);
});

test('one who was enrolled while the story went on may be the neighbour, each of whose presses raises one alarm', () => {
  const press: Happening = { kind: 'action', atMs: 1_000, action: { word: 'stranger', does: 'press' } };
  const enrolled = [orders(0, 'enrol', { name: 'second' }), row(1, 1, { entry: 'accessory' }), press];
  const alarm = (atMs: number, ref: string): Happening => ({ ...arrival(atMs, ref), from: 'second' }) as Happening;
  expect(rulesBroken(checkCauses, [...enrolled, alarm(2_000, 'A')])).toEqual([]);
  expect(rulesBroken(checkCauses, [...enrolled, alarm(2_000, 'A'), alarm(3_000, 'B')])).toEqual(['B1.2']);
});
