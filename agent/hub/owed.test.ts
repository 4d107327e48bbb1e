import { expect, test } from 'vitest';
import { createOwed, owedLimit } from './owed.ts';
import type { Entry } from './ports.ts';

const report = (ref: string): Entry => ({ kind: 'report', ref, priority: 8, body: { record: '{}', buffered: false } });

test('what is owed comes before what is new, and of what is kept the newest counts', () => {
  const owed = createOwed();
  owed.add(
    [report('A'), { kind: 'call', body: { is: 'ended' } }],
    [
      { key: 'call', value: undefined },
      { key: 'visit', value: 1 },
    ],
  );
  expect(owed.before([report('B')], [{ key: 'visit', value: 2 }])).toEqual([
    [report('A'), report('B')],
    [
      { key: 'call', value: undefined },
      { key: 'visit', value: 2 },
    ],
  ]);
  owed.clear();
  expect(owed.before([], [])).toEqual([[], []]);
});

test('with a disk that never comes back no more is remembered than the outbox holds, the newest', () => {
  const owed = createOwed();
  for (let count = 0; count <= owedLimit; count += 1) owed.add([report(`R${count}`)], []);
  const [entries] = owed.before([], []);
  expect([entries.length, entries.at(-1)]).toEqual([owedLimit, report(`R${owedLimit}`)]);
});
