import { afterEach, describe, expect, test } from 'vitest';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';
import { togetherLimit } from './acknowledgements.ts';
import type { PendingReport } from './ports.ts';

const open: HubAtWork[] = [];
afterEach(() => open.splice(0).forEach((home) => home.close()));

/** A home in which so many tags that nobody knows were held to the reader: each is a line of information. */
function startHome(reports: number): HubAtWork {
  const home = startHubAtWork();
  open.push(home);
  for (let count = 0; count < reports; count += 1) {
    home.reader().tag(`00${String(count).padStart(8, '0')}`);
    home.clock.advance(5_000);
  }
  return home;
}

const waiting = (home: HubAtWork): readonly PendingReport[] => [...home.journal().pending()];

function acknowledge(home: HubAtWork, reports: readonly PendingReport[]): void {
  for (const report of reports) home.hub().acknowledged(report, { path: 'primary', body: { path: 'primary' } });
}

const acknowledgedRefs = (home: HubAtWork): readonly unknown[] =>
  home.entries().flatMap(({ kind, ref }) => (kind === 'acknowledged' ? [ref] : []));

const told = (home: HubAtWork): readonly unknown[] =>
  home.lines.flatMap(({ fields: { step, ref } }) => (step === 'acknowledged' ? [ref] : []));

describe('what the centre acknowledges', () => {
  test('waits until it is committed, and is told to nobody before', () => {
    const home = startHome(3);
    const reports = waiting(home);
    acknowledge(home, reports);
    expect(waiting(home)).toEqual(reports);
    expect(told(home)).toEqual([]);
    home.clock.advance(0);
    expect(waiting(home)).toEqual([]);
    expect(told(home)).toEqual(reports.map(({ ref }) => ref));
  });

  test('at once is one commit: the journal has its rows one behind the other, and nothing for an answer that came twice', () => {
    const home = startHome(3);
    const reports = waiting(home);
    const before = home.journal().lastRow();
    const commits = home.commits();
    acknowledge(home, [...reports, ...reports]);
    home.clock.advance(0);
    expect(acknowledgedRefs(home)).toEqual(reports.map(({ ref }) => ref));
    expect(home.commits()).toBe(commits + 1);
    expect(home.journal().lastRow()).toBe(before + 3);
    expect(home.lines.flatMap(({ fields: { step, row } }) => (step === 'acknowledged' ? [row] : []))).toEqual([
      before + 1,
      before + 2,
      before + 3,
    ]);
  });

  test(`waits for no more than ${togetherLimit}`, () => {
    const home = startHome(togetherLimit + 1);
    const reports = waiting(home);
    acknowledge(home, reports.slice(0, togetherLimit - 1));
    expect(waiting(home)).toHaveLength(togetherLimit + 1);
    acknowledge(home, reports.slice(togetherLimit - 1));
    expect(waiting(home)).toEqual(reports.slice(togetherLimit));
  });

  test('of an alarm is committed at once, whatever came before it', () => {
    const home = startHome(2);
    home.front().button('alarm');
    const [alarm, ...others] = waiting(home);
    if (alarm === undefined) throw new Error('no alarm waits');
    acknowledge(home, [...others, alarm]);
    expect(waiting(home)).toEqual(others);
    expect(told(home)).toEqual([alarm.ref]);
    home.clock.advance(0);
    expect(waiting(home)).toEqual([]);
  });

  test('and a crash leaves out of the journal waits after it as it did before', () => {
    const home = startHome(2);
    const reports = waiting(home);
    acknowledge(home, reports);
    home.restart();
    home.clock.advance(5_000);
    expect(waiting(home)).toEqual(reports);
    acknowledge(home, reports);
    home.clock.advance(0);
    expect(waiting(home)).toEqual([]);
    expect(acknowledgedRefs(home)).toEqual(reports.map(({ ref }) => ref));
  });

  test('is committed when the hub is told to stop, and when it is heard after that', () => {
    const home = startHome(2);
    const [first, second] = waiting(home);
    if (first === undefined || second === undefined) throw new Error('nothing waits');
    acknowledge(home, [first]);
    home.hub().stop();
    expect(waiting(home)).toEqual([second]);
    acknowledge(home, [second]);
    expect(waiting(home)).toEqual([]);
  });

  test('is not written into a journal that was wiped meanwhile (B14.1)', () => {
    const home = startHome(2);
    acknowledge(home, waiting(home));
    home.command('end');
    home.clock.advance(0);
    expect(acknowledgedRefs(home)).toEqual([]);
  });
});
