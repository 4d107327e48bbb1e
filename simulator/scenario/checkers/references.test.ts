import { expect, test } from 'vitest';
import { arrival } from '#test/handWorld.ts';
import { brokenBy, committed } from '#test/handTrace.ts';
import { checkReferences } from './references.ts';

test('a reference is committed once, whoever it is from', () => {
  expect(brokenBy(checkReferences, [committed(0, 'A'), committed(9_000, 'B')])).toEqual([]);
  expect(brokenBy(checkReferences, [committed(0, 'A'), committed(9_000, 'A')])).toEqual(['B2.5']);
  expect(brokenBy(checkReferences, [committed(0, 'A'), committed(9_000, 'A', { from: 'fall' })])).toEqual(['B2.5']);
});

test('what comes again under a reference is the same, at every centre', () => {
  const again = { repeat: true, at: 'reserve' };
  expect(brokenBy(checkReferences, [arrival(0, 'A'), arrival(9_000, 'A', again)])).toEqual([]);
  expect(brokenBy(checkReferences, [arrival(0, 'A'), arrival(9_000, 'A', { ...again, from: 'fall' })])).toEqual([
    'B2.5',
  ]);
});
