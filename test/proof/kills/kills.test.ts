import { expect, test } from 'vitest';
import { createRealRandom } from '#agent/runtime/random.ts';
import { summarize } from '#test/summary.ts';
import { problemsOf, proveKills, totalOf } from './proof.ts';

const isLong = process.env['WELFARE_HUB_LONG'] === 'yes';
/** Calls of each phase. */
const sample = 12;
const minuteMs = 60_000;

test('killed before any write or sync of an alarm and started again, the press is one case and nothing is falsely acknowledged (B6.6)', {
  timeout: (isLong ? 60 : 10) * minuteMs,
}, async () => {
  const result = await proveKills({ workers: 2, random: createRealRandom(), ...(isLong ? {} : { sample }) });
  summarize('kills', [totalOf(result)]);
  expect(problemsOf(result)).toEqual([]);
  expect(result.trials.filter(({ killedBefore }) => killedBefore !== undefined).length).toBeGreaterThan(sample);
});
