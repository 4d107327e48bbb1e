import { expect, test } from 'vitest';
import { brokenBy } from '#test/handTrace.ts';
import { scenarioOf } from '#test/handWorld.ts';
import { checkBounds } from './bounds.ts';

test('the journal has its limit, and so have timers, where they are counted', () => {
  const { limitBytes } = scenarioOf('press: pendant').hub.journal;
  expect(brokenBy(checkBounds, [], { sizes: { journalBytes: limitBytes, timers: 100 } })).toEqual([]);
  expect(brokenBy(checkBounds, [], { sizes: { journalBytes: limitBytes } })).toEqual([]);
  expect(brokenBy(checkBounds, [], { sizes: { journalBytes: limitBytes + 1 } })).toEqual(['B13.2']);
  expect(brokenBy(checkBounds, [], { sizes: { journalBytes: 0, timers: 1_000 } })).toEqual(['B15.3']);
});
