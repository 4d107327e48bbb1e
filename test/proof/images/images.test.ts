import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { summarize } from '#test/summary.ts';
import { sumOf } from './lives.ts';
import { models } from './models.ts';
import { holds, proveImages, totalOf, wordsOf } from './proof.ts';
import { makeQuickFolder } from './quickFolder.ts';
import { type Recording, recordLife } from './recorder.ts';
import { sweep, type SweepResult } from './sweep.ts';
import { type RemovableSync, withoutSyncs } from './withoutSyncs.ts';

const isLong = process.env['WELFARE_HUB_LONG'] === 'yes';
const count = isLong ? 1_000_000 : 12_000;
const workers = isLong ? 2 : 1;
const hourMs = 3_600_000;

/** Enough to find what breaks at nearly every moment. */
const brokenCount = 700;

test('whatever a power cut leaves of the journal, no committed event is missing or half there (B1.1)', {
  timeout: isLong ? 8 * hourMs : 600_000,
}, async () => {
  const seed = Math.floor(Math.random() * 1_000_000_000);
  const result = await proveImages({ count, seed, workers });
  summarize('crash images', [`${totalOf(result)} (seed ${seed})`]);
  expect(result.findings.map(wordsOf)).toEqual([]);
  expect(holds(result)).toBe(true);
  // Every model had its say.
  expect(models.filter(({ name }) => (result.tallies[name]?.images ?? 0) < 10)).toEqual([]);
  expect(sumOf(Object.values(result.tallies)).images).toBeGreaterThan(0.7 * count);
});

describe('the proof finds a journal that asks for too few syncs', () => {
  let folder: string;
  let recording: Recording;
  beforeAll(() => {
    folder = makeQuickFolder();
    recording = recordLife(2, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const judged = (without: RemovableSync): SweepResult =>
    sweep(withoutSyncs(recording, without), { count: brokenCount, parent: folder });

  test('synchronous=NORMAL loses commits that had returned', () => {
    expect(sumOf(Object.values(judged('commit-syncs').tallies)).lost).toBeGreaterThan(brokenCount / 10);
  });

  test('without the sync after a wipe, the log gives away what was wiped (B14.1)', () => {
    const whys = judged('wipe-syncs').findings.map(({ why }) => why);
    expect(whys).toContain('journal.db-wal still gives away what was wiped');
  });

  test.each(['log-syncs', 'file-syncs', 'folder-syncs'] as const)('without its %s it is broken', (without) => {
    const { refused, lost, wrong } = sumOf(Object.values(judged(without).tallies));
    expect(refused + lost + wrong).toBeGreaterThan(0);
  });
});
