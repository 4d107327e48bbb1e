import { expect, test } from 'vitest';
import { JournalError, type JournalErrorCode } from '#agent/journal/errors.ts';
import type { JournalFile } from '#agent/journal/journal.ts';
import type { Stamp } from '#agent/hub/ports.ts';
import { hourMs } from '#protocol/core/time.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { diskTakes, failingPeriods, quietLimitMs, watchJournal } from './journalWatch.ts';

const periodMs = 60_000;
const stamp: Stamp = { boot: 'boot-1', monotonicMs: 0, wallMs: 0, trusted: false };

/** A journal whose commits succeed or fail as the test says, and how it looks from outside. */
function watched() {
  const clock = createVirtualClock();
  const is = { failing: undefined as JournalErrorCode | undefined, inMemoryOnly: 0, diskTakes: true, tries: 0 };
  const commit = () => {
    if (is.failing !== undefined) throw new JournalError(is.failing, 'as the test says');
    return [1];
  };
  const { journal, check } = watchJournal({ commit } as unknown as JournalFile, clock);
  const happens = (): void => {
    try {
      journal.commit(stamp, []);
    } catch {
      // As the hub does: life goes on without it.
    }
  };
  const problem = check(periodMs, {
    tryJournal() {
      is.tries += 1;
      happens();
    },
    inMemoryOnly: () => is.inMemoryOnly,
    diskTakes: () => is.diskTakes,
  });
  /** Time passes, and the watchdog looks twice in each period. */
  const pass = (ms: number): string | undefined => {
    for (let leftMs = ms; leftMs > 0; leftMs -= periodMs / 2) {
      clock.advance(periodMs / 2);
      problem();
    }
    return problem();
  };
  return { is, happens, pass };
}

test('a journal in use is never tried for the purpose; one that is not is tried once an hour, so that no card wears out', () => {
  const { is, happens, pass } = watched();
  for (let hour = 0; hour < 24; hour += 1) {
    pass(hourMs - periodMs);
    happens();
  }
  expect(is.tries).toBe(0);
  pass(24 * quietLimitMs);
  expect(is.tries).toBe(24);
});

test('a journal that takes nothing is unwell after some periods, when its disk takes what is written', () => {
  const { is, happens, pass } = watched();
  is.failing = 'journal/io';
  happens();
  expect(pass((failingPeriods - 1) * periodMs)).toBeUndefined();
  expect(pass(periodMs)).toBe('the journal has taken nothing for 300.0 s, though its disk takes what is written');
  is.failing = undefined;
  expect(pass(periodMs)).toBeUndefined();
});

test('a journal that fails in a quiet hour is found before an alarm needs it', () => {
  const { is, pass } = watched();
  is.failing = 'journal/io';
  expect(pass(quietLimitMs + failingPeriods * periodMs)).toContain('the journal has taken nothing');
});

test('no new start is asked for where it could not open the journal: alarms go out from memory meanwhile (B1.1)', () => {
  const { is, happens, pass } = watched();
  is.failing = 'journal/unwritable';
  is.diskTakes = false;
  happens();
  expect(pass(20 * periodMs)).toBeUndefined();
  is.diskTakes = true;
  expect(pass(periodMs)).toContain('the journal has taken nothing');
});

test('no new start is asked for while an alarm is in memory alone: it would be lost', () => {
  const { is, happens, pass } = watched();
  is.failing = 'journal/io';
  is.inMemoryOnly = 1;
  happens();
  expect(pass(20 * periodMs)).toBeUndefined();
  is.inMemoryOnly = 0;
  expect(pass(periodMs)).toContain('the journal has taken nothing');
});

test.each(['journal/full', 'journal/busy', 'journal/refused'] as const)(
  'a journal that says %s is not mended by a new start',
  (code) => {
    const { is, happens, pass } = watched();
    is.failing = code;
    happens();
    expect(pass(20 * periodMs)).toBeUndefined();
  },
);

test('a disk takes what is written where a file can be made, and nothing of it stays', () => {
  expect(diskTakes('/proc/journal.db')).toBe(false);
  expect(diskTakes('/no/such/folder/journal.db')).toBe(false);
});
