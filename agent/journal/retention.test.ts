import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Entry, Stamp } from '#agent/hub/ports.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { JournalError } from './errors.ts';
import { type JournalFile, openJournal } from './journal.ts';
import { defaultReserveBytes } from './retention.ts';

const dayMs = 86_400_000;
const yearMs = 365 * dayMs;
const beganMs = Date.UTC(2026, 0, 1);
const mebibyte = 1_048_576;

let folder = '';
let file = '';
let journal: JournalFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'retention-'));
  file = join(folder, 'journal.db');
});

afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

function open(limits: { limitBytes?: number; reserveBytes?: number } = {}): void {
  journal = openJournal({ file, log: createLogRecorder().log, ...limits });
}

function stamp(day: number, trusted = true): Stamp {
  return { boot: 'boot-1', monotonicMs: day * dayMs, wallMs: trusted ? beganMs + day * dayMs : 0, trusted };
}

const padding = 'x'.repeat(1_500);

function report(ref: string, priority: number): Entry {
  return { kind: 'report', ref, priority, body: { record: `{"ref":"${ref}","pad":"${padding}"}`, buffered: false } };
}

const acknowledged = (ref: string): Entry => ({ kind: 'acknowledged', ref, body: { padding } });
const passing = (): Entry => ({ kind: 'power', body: { padding } });

/** Commits so many, a batch at a time: each commit is a sync of the disk. */
function fill(count: number, day: number, entriesOf: (index: number) => Entry[], batch = 50): void {
  for (let first = 0; first < count; first += batch) {
    const indices = Array.from({ length: Math.min(batch, count - first) }, (_, place) => first + place);
    journal.commit(stamp(day), indices.flatMap(entriesOf));
  }
}

/** The kinds and references of the rows that are there, oldest first. */
function rows(): string[] {
  const database = new Database(file, { readonly: true });
  try {
    return database
      .prepare<[], string>("select kind || ' ' || coalesce(ref, '') from event order by seq")
      .pluck()
      .all()
      .map((row) => row.trim());
  } finally {
    database.close();
  }
}

/** Pages of the file as SQLite counts them, in bytes. */
function usedBytes(): number {
  const database = new Database(file, { readonly: true });
  try {
    return Number(database.pragma('page_count', { simple: true })) * 1_024;
  } finally {
    database.close();
  }
}

function retainAll(now: Stamp): void {
  for (let step = 0; step < 1_000 && journal.retain(now, yearMs).more; step += 1);
}

describe('the journal', () => {
  test('keeps a year, and not more (B13.1)', () => {
    open();
    journal.commit(stamp(0), [report('OLD', 8), acknowledged('OLD')]);
    journal.commit(stamp(1), [report('YEAR', 8), acknowledged('YEAR')]);
    expect(journal.retain(stamp(365.5), yearMs)).toEqual({ removed: 2, more: false });
    expect(rows()).toEqual(['report YEAR', 'acknowledged YEAR']);
  });

  test('keeps what waits for the centre, however old it is (B1.1)', () => {
    open();
    journal.commit(stamp(0), [report('WAITS', 8)]);
    journal.commit(stamp(1), [passing()]);
    journal.retain(stamp(2_000), yearMs);
    expect(rows()).toEqual(['report WAITS']);
    expect([...journal.pending()].map(({ ref }) => ref)).toEqual(['WAITS']);
  });

  test('takes nothing away by a clock that is not to be believed (B12.1)', () => {
    open();
    journal.commit(stamp(0), [passing()]);
    expect(journal.retain({ ...stamp(2_000), trusted: false }, yearMs).removed).toBe(0);
    journal.commit(stamp(1, false), [passing()]);
    expect(journal.retain(stamp(365.5), yearMs).removed).toBe(1);
  });
});

describe('a journal that is full', () => {
  test('lets the oldest of the lowest kind go first; alarms and their story go last (B13.2)', () => {
    open({ limitBytes: mebibyte, reserveBytes: 0 });
    journal.commit(stamp(0), [report('ALARM', 8), acknowledged('ALARM')]);
    journal.commit(stamp(0), [report('VISIT', 5), acknowledged('VISIT')]);
    journal.commit(stamp(0), [report('FAULT', 4), acknowledged('FAULT')]);
    fill(1_500, 1, () => [passing()]);
    expect(rows().slice(0, 6)).toEqual([
      'report ALARM',
      'acknowledged ALARM',
      'report VISIT',
      'acknowledged VISIT',
      'report FAULT',
      'acknowledged FAULT',
    ]);
    fill(1_000, 2, (index) => [report(`A${index}`, 8), acknowledged(`A${index}`)], 20);
    expect(new Set(rows().map((row) => row.split(' ')[0]))).toEqual(new Set(['report', 'acknowledged']));
    expect(rows().every((row) => row.includes(' A'))).toBe(true);
    expect(statSync(file).size).toBeLessThanOrEqual(mebibyte);
  });

  test('gives no number of a row a second time, though everything else had to go', () => {
    open();
    fill(20, 1, () => [passing()], 1);
    const newest = journal.lastRow();
    journal.close();
    open({ limitBytes: 10_000, reserveBytes: 0 });
    while (journal.retain(stamp(2), yearMs).more);
    expect(rows()).toHaveLength(1);
    expect(journal.commit(stamp(3), [acknowledged('R1')])).toEqual([newest + 1]);
  });

  test('makes room before a commit needs it', () => {
    open({ limitBytes: mebibyte, reserveBytes: 0 });
    while (usedBytes() < 0.97 * mebibyte) fill(5, 0, () => [passing()], 5);
    expect(journal.retain(stamp(1), yearMs).removed).toBeGreaterThan(0);
    retainAll(stamp(1));
    expect(journal.retain(stamp(1), yearMs).removed).toBe(0);
  });

  test('still takes a thousand alarms and their acknowledgements, when nothing may go (B13.2)', () => {
    open({ limitBytes: 2 * mebibyte + defaultReserveBytes });
    expect(() => fill(10_000, 0, (index) => [report(`F${index}`, 4)])).toThrow(JournalError);
    fill(1_000, 1, (index) => [report(`A${index}`, 8), acknowledged(`A${index}`)]);
    expect([...journal.pending()].some(({ priority }) => priority === 8)).toBe(false);
  });

  test('has kept room on the disk too, gives it when it is needed, and takes it back', () => {
    open({ limitBytes: mebibyte + defaultReserveBytes });
    expect(statSync(`${file}.ballast`).size).toBe(defaultReserveBytes);
    fill(600, 0, () => [passing()]);
    expect(existsSync(`${file}.ballast`)).toBe(false);
    journal.retain(stamp(1), yearMs);
    expect(existsSync(`${file}.ballast`)).toBe(true);
  });
});
