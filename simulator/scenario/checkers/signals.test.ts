import { expect, test } from 'vitest';
import { brokenBy } from '#test/handTrace.ts';
import { arrival, type Happening } from '#test/handWorld.ts';
import { checkAcknowledgements } from './acknowledgements.ts';
import type { Checker } from './checker.ts';
import { checkSignals } from './signals.ts';

const reported: Happening = { kind: 'journal', atMs: 0, row: 1, entry: 'report', ref: 'A', report: 'alarm' };
const acknowledged: Happening = { kind: 'journal', atMs: 100, row: 2, entry: 'acknowledged', ref: 'A' };
const sound = (atMs: number): Happening => ({ kind: 'sound', atMs, name: 'alarm' });
const light = (atMs: number): Happening => ({ kind: 'light', atMs, name: 'alarm' });
const disk = (is: 'failing' | 'ok'): Happening => ({ kind: 'action', atMs: 0, action: { word: 'disk', is } });

const rulesBroken = (check: Checker, ...happenings: readonly Happening[]): string[] => brokenBy(check, happenings);

test('an alarm is shown and heard when it is in the journal, and not a moment before', () => {
  expect(rulesBroken(checkSignals, reported, light(0), sound(0))).toEqual([]);
  expect(rulesBroken(checkSignals, light(0), sound(0), reported)).toEqual(['B1.1', 'B1.1']);
});

test('one that was acknowledged is shown no more', () => {
  expect(rulesBroken(checkSignals, reported, acknowledged, sound(200))).toEqual(['B1.1']);
});

test('an alarm that a failing disk does not take is shown all the same', () => {
  expect(rulesBroken(checkSignals, disk('failing'), sound(5))).toEqual([]);
  expect(rulesBroken(checkSignals, disk('ok'), sound(5))).toEqual(['B1.1']);
});

test('an answer that somebody else has signed ends nothing', () => {
  expect(rulesBroken(checkAcknowledgements, reported, arrival(50, 'A'), acknowledged)).toEqual([]);
  expect(rulesBroken(checkAcknowledgements, reported, arrival(50, 'A', { forged: true }), acknowledged)).toEqual([
    'B2.1',
  ]);
});
