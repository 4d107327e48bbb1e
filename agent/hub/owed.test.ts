import { expect, test } from 'vitest';
import { createOwed, owedLimit } from './owed.ts';
import type { Entry } from './ports.ts';

const report = (ref: string, priority = 8): Entry => ({
  kind: 'report',
  ref,
  priority,
  body: { record: '{}', buffered: false },
});
const acknowledged = (ref: string): Entry => ({ kind: 'acknowledged', ref, body: {} });

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

/** What is owed after the limit was reached with `first`, and then came `more`. */
function owedBeyondLimit(first: readonly Entry[], more: readonly Entry[]): readonly Entry[] {
  const owed = createOwed();
  const filling = Array.from({ length: owedLimit - first.length }, (_, index) => report(`R${index}`));
  owed.add([...first, ...filling], []);
  expect(owed.before([], [])[0]).toHaveLength(owedLimit);
  for (const entry of more) owed.add([entry], []);
  const [entries] = owed.before([], []);
  expect(entries.length).toBeLessThanOrEqual(owedLimit);
  return entries.filter(({ ref }) => ref === undefined || !ref.startsWith('R'));
}

test('with a disk that never comes back no more is remembered than the outbox holds: of alarms alone, the newest', () => {
  const owed = createOwed();
  for (let count = 0; count <= owedLimit; count += 1) owed.add([report(`R${count}`)], []);
  const [entries] = owed.before([], []);
  expect([entries.length, entries[0], entries.at(-1)]).toEqual([owedLimit, report('R1'), report(`R${owedLimit}`)]);
});

test('an old alarm stays while reports of lower priority come, the oldest of the lowest goes (B13.2)', () => {
  expect(
    owedBeyondLimit(
      [report('alarm'), report('visit', 5), report('fault', 4), report('test', 4)],
      [report('later', 4), report('latest', 4)],
    ),
  ).toEqual([report('alarm'), report('visit', 5), report('later', 4), report('latest', 4)]);
  expect(owedBeyondLimit([report('alarm')], [report('fault', 4)])).toEqual([report('alarm')]);
});

test('what is settled goes before what waits, a report together with what settles it', () => {
  expect(
    owedBeyondLimit([report('waits', 4), report('told', 4), acknowledged('told')], [acknowledged('elsewhere')]),
  ).toEqual([report('waits', 4), acknowledged('elsewhere')]);
  expect(owedBeyondLimit([acknowledged('elsewhere')], [report('alarm')])).toEqual([report('alarm')]);
});
