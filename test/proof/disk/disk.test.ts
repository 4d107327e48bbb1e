import { expect, test } from 'vitest';
import { summarize } from '#test/summary.ts';
import { kinds } from './kinds.ts';
import { problemsOf, proveDisks, totalOf } from './proof.ts';

const isLong = process.env['WELFARE_HUB_LONG'] === 'yes';
const minuteMs = 60_000;

test('on a full, failing, read-only or slow disk, and with a damaged journal, every alarm is one case and the fault is told (B1.1, B13.2)', {
  timeout: (isLong ? 120 : 10) * minuteMs,
}, async () => {
  const trials = await proveDisks({ workers: 2, times: isLong ? 10 : 1 });
  summarize('disk', [totalOf(trials)]);
  expect(problemsOf(trials)).toEqual([]);
  expect(trials.length).toBeGreaterThanOrEqual(kinds.length);
});
