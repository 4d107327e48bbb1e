import { expect, test } from 'vitest';
import { brokenBy, did } from '#test/handTrace.ts';
import { checkCalls } from './calls.ts';

const call = (atMs: number, is: 'ringing' | 'failed', path: 'sip' | 'modem' = 'sip') =>
  ({ kind: 'voice', atMs, is, path, by: 'hub', to: '+46313900600' }) as const;
const tries = (...beganMs: number[]) => beganMs.flatMap((ms) => [call(ms, 'ringing'), call(ms + 20_000, 'failed')]);

test('who does not answer is called three times', () => {
  expect(brokenBy(checkCalls, tries(60_000, 90_500, 121_000))).toEqual([]);
  expect(brokenBy(checkCalls, tries(60_000))).toEqual(['B3.3']);
  expect(brokenBy(checkCalls, [...tries(60_000), call(93_000, 'ringing', 'modem')])).toEqual(['B3.3']);
});

test('one that is refused at once is a try, and what the centre tries is none', () => {
  const refused = call(49_500, 'failed');
  expect(brokenBy(checkCalls, [...tries(20_000), refused, ...tries(60_000)])).toEqual([]);
  expect(brokenBy(checkCalls, [refused, ...tries(60_000)])).toEqual(['B3.3']);
  const theirs = { ...call(82_000, 'failed'), by: 'centre' } as const;
  expect(brokenBy(checkCalls, [...tries(20_000, 50_500), theirs, ...tries(81_000)])).toEqual([]);
});

test('when the link goes, or somebody does something at the telephone, there is another reason', () => {
  const down = { kind: 'link', atMs: 85_000, is: 'down' } as const;
  expect(brokenBy(checkCalls, [...tries(60_000), down])).toEqual([]);
  expect(brokenBy(checkCalls, [...tries(60_000), did(85_000, { word: 'operator', does: 'calls' })])).toEqual([]);
});
