import { expect, test } from 'vitest';
import { scenarioOf, type Happening } from '#test/handWorld.ts';
import { brokenBy, committed, did } from '#test/handTrace.ts';
import type { CentreName } from '#simulator/world/world.ts';
import { checkMessages } from './messages.ts';

const { hub } = scenarioOf('press: pendant');
const down = (at: CentreName, atMs = 0) => ({ kind: 'path', atMs, at, is: 'down' }) as const;
const away = [down('primary'), down('reserve')];
const alarm = committed(60_000, 'A');
const sms = (atMs: number): Happening => ({
  kind: 'sms',
  atMs,
  is: 'sent',
  ref: 'A',
  number: hub.sms.number ?? '',
  text: '',
});

test('an alarm for which there is no path goes by short message', () => {
  expect(brokenBy(checkMessages, [...away, alarm])).toEqual(['B2.8']);
  expect(brokenBy(checkMessages, [...away, alarm, sms(72_000)])).toEqual([]);
  expect(brokenBy(checkMessages, [down('primary'), alarm])).toEqual([]);
});

test('of a modem that is in trouble itself, and of a path that is still there, nothing is said', () => {
  expect(brokenBy(checkMessages, [...away, did(1_000, { word: 'modem', does: 'hangs' }), alarm])).toEqual([]);
  expect(brokenBy(checkMessages, [down('primary', 80_000), down('reserve', 80_000), alarm])).toEqual([]);
});

test('the second message belongs to the fourth round', () => {
  expect(brokenBy(checkMessages, [...away, alarm, sms(72_000), sms(150_500)])).toEqual([]);
  expect(brokenBy(checkMessages, [...away, alarm, sms(72_000), sms(102_000)])).toEqual(['B2.8']);
});
