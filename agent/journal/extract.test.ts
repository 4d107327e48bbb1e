import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExtractPiece, ExtractRequest, Stamp } from '#agent/hub/ports.ts';
import { bodyLimits } from '#protocol/mqtt/decode.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { extractLimits, journalExtracts } from './extract.ts';
import { csvLines, toJson } from './formats.ts';
import { type JournalFile, openJournal } from './journal.ts';
import { openJournalReader } from './reader.ts';

let folder = '';
let file = '';
let journal: JournalFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'extract-'));
  file = join(folder, 'journal.db');
  journal = openJournal({ file, log: createLogRecorder().log });
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

const noonMs = Date.UTC(2026, 0, 15, 12);

function at(wallMs: number): Stamp {
  return { boot: 'first', monotonicMs: wallMs - noonMs, wallMs, trusted: true };
}

function write(count: number, body: Readonly<Record<string, unknown>>): void {
  for (let index = 0; index < count; index += 1) journal.commit(at(noonMs + index), [{ kind: 'device', body }]);
}

/** All pieces of an extract, one after the other. */
function pieces(asked: ExtractRequest): ExtractPiece[] {
  const extract = journalExtracts(file);
  const found = [extract(asked)];
  for (let next = found[0]?.next; next !== undefined; next = found.at(-1)?.next)
    found.push(extract({ ...asked, next }));
  return found;
}

const everything = () => {
  const reader = openJournalReader(file);
  const events = [...reader.events()];
  reader.close();
  return events;
};

describe('an extract in pieces', () => {
  test('is put together what an export is, as JSON and as CSV', () => {
    write(200, { name: 'reader, "old"', text: 'x'.repeat(100) });
    const json = pieces({ format: 'json' });
    expect(json.length).toBeGreaterThan(2);
    expect(json.flatMap(({ entries = [] }) => entries)).toEqual(everything().map(toJson));
    expect(json.map(({ part }) => part)).toEqual(json.map((_, index) => index + 1));
    const csv = pieces({ format: 'csv' });
    expect(csv.map(({ text }) => text).join('')).toBe([...csvLines(everything())].join(''));
  });

  test('can be taken up again at any piece', () => {
    write(200, { text: 'x'.repeat(100) });
    const [, second] = pieces({ format: 'json' });
    const [first] = pieces({ format: 'json' });
    const again = journalExtracts(file)({ format: 'json', ...(first?.next === undefined ? {} : { next: first.next }) });
    expect(again).toEqual(second);
  });

  test('ends though the journal grows while it is read', () => {
    write(200, { text: 'x'.repeat(100) });
    const extract = journalExtracts(file);
    let piece = extract({ format: 'json' });
    let count = piece.count;
    while (piece.next !== undefined) {
      write(10, { text: 'later' });
      piece = extract({ format: 'json', next: piece.next });
      count += piece.count;
    }
    expect(count).toBe(200);
  });

  test('holds what happened from one time up to another', () => {
    write(100, {});
    const found = pieces({ format: 'json', fromMs: noonMs + 10, toMs: noonMs + 20 });
    expect(found.flatMap(({ entries = [] }) => entries)).toHaveLength(10);
    expect(pieces({ format: 'json', fromMs: noonMs + 1_000 })).toEqual([{ part: 1, count: 0, entries: [] }]);
  });

  test('looks at so many rows for a piece and no more, and may hold nothing then', () => {
    const rows = extractLimits.rows + 1;
    journal.commit(
      at(noonMs),
      Array.from({ length: rows }, () => ({ kind: 'device', body: {} }) as const),
    );
    const found = pieces({ format: 'json', fromMs: noonMs + 1 });
    expect(found.map(({ count }) => count)).toEqual([0, 0]);
  });

  test.each(['json', 'csv'] as const)('fits into a message as %s, however long its entries are', (format) => {
    for (const size of [10, extractLimits.characters, extractLimits.entryCharacters - 50, 60_000]) {
      write(3, { text: '"'.repeat(size / 2) });
    }
    const found = pieces({ format });
    expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(12);
    for (const piece of found) expect(JSON.stringify(piece).length).toBeLessThan(bodyLimits.commandEnvelope - 1_000);
    expect(JSON.stringify(found)).toContain('tooLong');
  });

  test('of a journal without a row is one empty piece', () => {
    expect(pieces({ format: 'csv' })).toMatchObject([{ part: 1, count: 0, text: expect.stringContaining('seq,time') }]);
  });
});
