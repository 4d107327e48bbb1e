import { expect, test } from 'vitest';
import { summarize } from '#test/summary.ts';
import { minuteMs } from '#protocol/core/time.ts';
import { proveFlood } from './flood.ts';
import { proveEndless, proveHostilePackets } from './hostileBroker.ts';
import { proveNoise } from './noise.ts';
import { proveNonsense } from './nonsense.ts';
import { type Part, tableOf, totalsOf } from './part.ts';

const isLong = process.env['WELFARE_HUB_LONG'] === 'yes';

/** Shows the whole table, as `npm run proof -- worst` does, or its totals. Returns what should not have been. */
function shown(name: string, part: Part): readonly string[] {
  if (process.env['WELFARE_HUB_TABLE'] === 'whole') process.stdout.write(`\n${name}\n${tableOf(part).join('\n')}\n`);
  else summarize(`worst ${name}`, totalsOf(part));
  return part.wrong;
}

test('a centre that answers nonsense is left for the next path in time, and nothing it said is called delivered (B2.1, B2.4)', () => {
  expect(shown('nonsense', proveNonsense(7))).toEqual([]);
});

test('a receiver that sends noise as fast as its line goes hides no press and raises nothing (B1.1, B1.4, B15.3)', {
  timeout: (isLong ? 90 : 10) * minuteMs,
}, async () => {
  expect(shown('noise', await proveNoise({ lastsMs: (isLong ? 60 : 1) * minuteMs, seed: 11 }))).toEqual([]);
});

test('ten thousand messages a second to the hub hold no alarm up beyond what a path gets (B2.2, B15.3)', {
  timeout: (isLong ? 30 : 10) * minuteMs,
}, async () => {
  expect(shown('flood', await proveFlood({ lastsMs: (isLong ? 10 : 2 / 3) * minuteMs }))).toEqual([]);
});

test('whatever packet a broker sends, in whatever form and moment, the session ends with a reason, once (B15.3)', {
  timeout: 10 * minuteMs,
}, async () => {
  expect(shown('packets', await proveHostilePackets())).toEqual([]);
});

test('a broker that talks without end keeps no alarm from the reserve (B2.2, B15.3)', {
  timeout: 5 * minuteMs,
}, async () => {
  expect(shown('endless', await proveEndless())).toEqual([]);
});
