import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Entry, Stamp } from '#agent/hub/ports.ts';
import type { Log } from '#protocol/core/log.ts';
import { JournalError } from './errors.ts';
import { jsonLines } from './formats.ts';
import { type JournalFile, openJournal } from './journal.ts';
import { type JournalReader, openJournalReader, storyLimit } from './reader.ts';

let folder = '';
let file = '';
let journal: JournalFile;
let reader: JournalReader;

const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const noonMs = Date.UTC(2026, 0, 15, 12);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(folder, 'journal.db');
  journal = openJournal({ file, log });
  reader = openJournalReader(file);
});

afterEach(() => {
  reader.close();
  journal.close();
  rmSync(folder, { recursive: true });
});

function at(wallMs: number, changes: Partial<Stamp> = {}): Stamp {
  return { boot: 'first', monotonicMs: wallMs - noonMs + 60_000, wallMs, trusted: true, ...changes };
}

function report(ref: string, of?: string): Entry {
  return { kind: 'report', ref, priority: 8, body: { record: JSON.stringify({ ref, of }), buffered: false } };
}

const seqs = (events: Iterable<{ seq: number }>): number[] => [...events].map(({ seq }) => seq);

describe('reading the journal', () => {
  beforeEach(() => {
    journal.commit(at(noonMs), [{ kind: 'started', body: { firmware: 'test' } }]);
    journal.commit(at(noonMs + 1_000), [report('A')]);
    journal.commit(at(noonMs + 2_000), [{ kind: 'acknowledged', ref: 'A', body: { snu: 0 } }]);
    journal.commit(at(noonMs + 3_000), [report('B')]);
  });

  test('shows an entry whose time no calendar has, and those behind it', () => {
    journal.commit(at(9e15), [report('C')]);
    journal.commit(at(noonMs + 4_000), [report('D')]);
    const lines = [...jsonLines(reader.events())];
    expect(lines.find((line) => line.includes('"ref":"C"'))).toContain('"time":"+275760-09-13T00:00:00.000Z"');
    expect(lines.join('')).toContain('"ref":"D"');
  });

  test('tells everything about an entry', () => {
    expect([...reader.events({ kind: 'acknowledged' })]).toEqual([
      {
        seq: 3,
        kind: 'acknowledged',
        ref: 'A',
        stamp: at(noonMs + 2_000),
        wallMs: noonMs + 2_000,
        clock: 'set',
        body: { snu: 0 },
      },
    ]);
    expect([...reader.events({ kind: 'started' })][0]).not.toHaveProperty('ref');
  });

  test('finds a period, its begin included and its end not', () => {
    expect(seqs(reader.events({ fromMs: noonMs + 1_000, toMs: noonMs + 3_000 }))).toEqual([2, 3]);
  });

  test('finds a kind and a reference', () => {
    expect(seqs(reader.events({ kind: 'report' }))).toEqual([2, 4]);
    expect(seqs(reader.events({ ref: 'A' }))).toEqual([2, 3]);
    expect(seqs(reader.events({ ref: 'nobody' }))).toEqual([]);
  });

  test('finds the newest, oldest first', () => {
    expect(seqs(reader.newest(2))).toEqual([3, 4]);
    expect(seqs(reader.newest(1, { kind: 'report', toMs: noonMs + 3_000 }))).toEqual([2]);
    expect(seqs(reader.newest(0))).toEqual([]);
  });

  test('knows what still waits', () => {
    expect(reader.waits('A')).toBe(false);
    expect(reader.waits('B')).toBe(true);
  });

  test('goes on over any number of rows, forwards and backwards', () => {
    for (let index = 0; index < 1_200; index += 1) journal.commit(at(noonMs), [{ kind: 'stopped', body: { index } }]);
    expect(seqs(reader.events())).toEqual(Array.from({ length: 1_204 }, (_, index) => 1 + index));
    expect(seqs(reader.newest(1_100))).toEqual(Array.from({ length: 1_100 }, (_, index) => 105 + index));
  });

  test("does not hold the agent's log up while somebody looks at a page of it", () => {
    for (let index = 0; index < 600; index += 1) journal.commit(at(noonMs), [{ kind: 'stopped', body: { index } }]);
    const events = reader.events()[Symbol.iterator]();
    expect(events.next().value).toMatchObject({ seq: 1 });
    for (let index = 0; index < 600; index += 1) journal.commit(at(noonMs), [{ kind: 'stopped', body: { index } }]);
    expect(statSync(`${file}-wal`).size).toBeLessThan(200_000);
    expect(seqs({ [Symbol.iterator]: () => events })).toHaveLength(1_203);
  });
});

describe('the time of what happened before the clock was set (B12.2)', () => {
  const unset = Date.UTC(1970, 0, 1);

  test('is worked out from the first moment of the same run at which the clock was right', () => {
    journal.commit(at(unset, { monotonicMs: 5_000, trusted: false }), [report('A')]);
    journal.commit(at(noonMs, { monotonicMs: 65_000 }), [report('B')]);
    expect([...reader.events()].map(({ wallMs, clock }) => ({ wallMs, clock }))).toEqual([
      { wallMs: noonMs - 60_000, clock: 'worked-out' },
      { wallMs: noonMs, clock: 'set' },
    ]);
    expect(seqs(reader.events({ fromMs: noonMs - 60_000 }))).toEqual([1, 2]);
  });

  test('stays what it was when the clock was never right in that run', () => {
    journal.commit(at(unset, { boot: 'dark', trusted: false }), [report('A')]);
    journal.commit(at(noonMs), [report('B')]);
    expect([...reader.events()].map(({ wallMs, clock }) => ({ wallMs, clock }))).toEqual([
      { wallMs: unset, clock: 'unset' },
      { wallMs: noonMs, clock: 'set' },
    ]);
  });
});

describe("a report's story", () => {
  beforeEach(() => {
    journal.commit(at(noonMs), [report('A')]);
    journal.commit(at(noonMs), [report('U1', 'A')]);
    journal.commit(at(noonMs), [report('other')]);
    journal.commit(at(noonMs), [{ kind: 'superseded', ref: 'U1', body: { by: 'U2' } }, report('U2', 'A')]);
    journal.commit(at(noonMs), [{ kind: 'acknowledged', ref: 'A', body: {} }]);
    journal.commit(at(noonMs), [{ kind: 'acknowledged', ref: 'U2', body: {} }]);
  });

  test.each(['A', 'U1', 'U2'])('is the same from whichever end it is asked for: %s', (ref) => {
    expect(seqs(reader.story(ref))).toEqual([1, 2, 4, 5, 6, 7]);
  });

  test('is told up to its limit of references, and ends there', () => {
    const updates = Array.from({ length: storyLimit }, (_, index) => report(`N${index}`, 'A'));
    journal.commit(at(noonMs), updates);
    expect(new Set(reader.story('A').map(({ ref }) => ref)).size).toBe(storyLimit);
  });

  test('is empty for a reference that the journal does not know', () => {
    expect(reader.story('nobody')).toEqual([]);
  });
});

describe('a reader', () => {
  function codeOf(path: string): string {
    try {
      openJournalReader(path).close();
    } catch (error) {
      return error instanceof JournalError ? error.code : `not a JournalError: ${String(error)}`;
    }
    return 'no error';
  }

  test('makes no journal where there is none', () => {
    expect(codeOf(join(folder, 'other.db'))).toBe('journal/missing');
    expect(codeOf(join(folder, 'other.db'))).toBe('journal/missing');
  });

  test('says that a file is not a journal', () => {
    writeFileSync(join(folder, 'other.db'), 'hello\n'.repeat(500));
    expect(codeOf(join(folder, 'other.db'))).toBe('journal/damaged');
  });
});
