import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type JournalFile, openJournal } from './journal.ts';
import { createLogRecorder } from '#test/logRecorder.ts';

const stamp = { boot: 'boot', monotonicMs: 0, wallMs: 1_767_225_600_000, trusted: true };
const ending = { kind: 'life', body: { stage: 'ending' } } as const;
const secret = 'by the bath';

let folder = '';
let journal: JournalFile;
const file = (): string => join(folder, 'journal.db');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wipe-'));
  journal = openJournal({ file: file(), log: createLogRecorder().log });
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

function fill(): void {
  for (let row = 0; row < 500; row += 1) {
    journal.commit(stamp, [
      { kind: 'report', ref: `R${row}`, priority: 8, body: { record: secret.repeat(20), buffered: false } },
    ]);
  }
  journal.commit(stamp, [], [{ key: 'enrolled/1', value: secret }]);
}

const bytes = (): string => ['', '-wal'].map((suffix) => readFileSync(`${file()}${suffix}`, 'latin1')).join('');

test('a wiped journal has nothing in its files but what was to be kept, and says what went and what is left (B14.1)', () => {
  fill();
  expect(bytes()).toContain(secret);
  const proof = journal.wipe(stamp, ending, [{ key: 'life', value: 'ending' }]);
  expect(proof).toEqual({
    removed: { entries: 500, reports: 500, kept: 0 },
    left: { entries: 1, reports: 0, kept: 1 },
  });
  expect(bytes()).not.toContain(secret);
  expect([...journal.pending()]).toEqual([]);
  expect(journal.kept()).toEqual([{ key: 'life', value: 'ending' }]);
});

test('its rows go on counting, and it is append-only as before', () => {
  fill();
  journal.wipe(stamp, ending, []);
  expect(journal.commit(stamp, [ending])).toEqual([502]);
  const other = new Database(file());
  expect(() => other.exec('delete from event')).toThrow(/append-only/u);
  other.close();
});

test('wiped again, after a power cut, it takes away the rest and says so', () => {
  fill();
  journal.wipe(stamp, ending, []);
  expect(journal.wipe(stamp, ending, [])).toMatchObject({ removed: { entries: 1 }, left: { entries: 1 } });
});

test('while another program reads it, nothing is claimed: its log cannot be emptied', () => {
  fill();
  const reader = new Database(file(), { readonly: true });
  const reading = reader.prepare('select body from event').iterate();
  reading.next();
  expect(() => journal.wipe(stamp, ending, [])).toThrow(/read by another program|locked/u);
  reading.return?.();
  reader.close();
  journal.wipe(stamp, ending, []);
  expect(bytes()).not.toContain(secret);
});
