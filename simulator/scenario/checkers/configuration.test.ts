import { describe, expect, test } from 'vitest';
import type { Action } from '#simulator/world/world.ts';
import { brokenBy, committed, did } from '#test/handTrace.ts';
import type { Happening } from '#test/handWorld.ts';
import { checkConfiguration } from './configuration.ts';

const beat = (atMs: number, count: number, configuration: number): Happening => ({
  kind: 'heartbeat',
  atMs,
  at: 'primary',
  hub: 'hub-0001',
  beat: count,
  probe: false,
  waiting: 0,
  answered: true,
  configuration,
});
const configure = (atMs: number, flaws: Partial<Action & { word: 'configure' }> = {}): Happening =>
  did(atMs, { word: 'configure', layer: {}, ...flaws });

describe('the version in force', () => {
  test('is one that the centre sent and signed', () => {
    expect(brokenBy(checkConfiguration, [beat(0, 1, 1), configure(1_000), beat(2_000, 2, 2)])).toEqual([]);
    expect(brokenBy(checkConfiguration, [beat(0, 1, 1), beat(2_000, 2, 2)])).toEqual(['B11.1']);
    const forged = configure(1_000, { signature: 'wrong' });
    expect(brokenBy(checkConfiguration, [beat(0, 1, 1), forged, beat(2_000, 2, 2)])).toEqual(['B11.1']);
  });

  test('rises, over restarts too', () => {
    const sent = [configure(0), beat(1_000, 1, 2)];
    expect(brokenBy(checkConfiguration, [...sent, beat(2_000, 2, 1)])).toEqual(['B11.1']);
    const restart: Happening = { kind: 'hub', atMs: 1_500, is: 'starting' };
    expect(brokenBy(checkConfiguration, [...sent, restart, beat(2_000, 1, 1)])).toEqual(['B11.1']);
  });

  test('goes back when it fell back, and a heartbeat that was long under way tells of before', () => {
    const sent = [configure(0), beat(1_000, 2, 2)];
    const fellBack = committed(1_500, 'F', { report: 'information', from: 'hub', status: 20, priority: 1 });
    expect(brokenBy(checkConfiguration, [...sent, fellBack, beat(2_000, 3, 1)])).toEqual([]);
    expect(brokenBy(checkConfiguration, [...sent, beat(2_000, 1, 1)])).toEqual([]);
  });
});
