import { expect, test } from 'vitest';
import { tableOf, toResult } from './table.ts';

const measure = { name: 'press p50', what: 'a press, there and back', unit: 'ms', target: 1.6 } as const;

test('a ratio at the target meets it, and one above misses it', () => {
  const at = toResult({ ...measure, pairs: [{ floor: 1, measured: 1.6 }] });
  const above = toResult({ ...measure, pairs: [{ floor: 1, measured: 1.601 }] });
  expect([at.verdict, above.verdict]).toEqual(['met', 'missed']);
});

test('the table lines up: words at the left, figures at the right, a line for each measure', () => {
  const results = [
    toResult({ ...measure, pairs: [{ floor: 0.5, measured: 0.75 }] }),
    toResult({
      name: 'start',
      what: 'to the first heartbeat',
      unit: 'ms',
      target: 1.5,
      pairs: [{ floor: 50, measured: 100 }],
    }),
  ];
  expect(tableOf(results)).toEqual([
    'name       what                        floor  measured  ratio     spread  target  verdict',
    'press p50  a press, there and back  0.500 ms  0.750 ms   1.50  1.50–1.50   ≤ 1.6  met',
    'start      to the first heartbeat    50.0 ms  100.0 ms   2.00  2.00–2.00   ≤ 1.5  missed',
  ]);
});
