import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Entry, Stamp } from '#agent/hub/ports.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { openJournal } from './journal.ts';
import { migrations } from './schema.ts';
import { checkJournalFile } from './verify.ts';

const stamp: Stamp = { boot: 'boot-1', monotonicMs: 1_000, wallMs: 1_767_225_600_000, trusted: true };

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'));
  file = join(folder, 'journal.db');
});

afterEach(() => rmSync(folder, { recursive: true }));

function live(): void {
  const journal = openJournal({ file, log: createLogRecorder().log, reserveBytes: 65_536 });
  for (let index = 0; index < 30; index += 1) {
    const body = { record: `{"pad":"${'x'.repeat(300)}"}`, buffered: false };
    const report: Entry = { kind: 'report', ref: `R${index}`, priority: 8, body };
    journal.commit(stamp, [report], [{ key: 'visit', value: index }]);
  }
  journal.close();
}

function change(sql: string): void {
  const database = new Database(file);
  database.exec(sql);
  database.close();
}

function overwritePage(page: number): void {
  const bytes = readFileSync(file);
  bytes.fill(0xa5, (page - 1) * 1_024, page * 1_024);
  writeFileSync(file, bytes);
}

test('a sound journal is called so, with how much is in it', () => {
  live();
  expect(checkJournalFile(file, 'whole')).toMatchObject({
    is: 'sound',
    entries: 30,
    waiting: 30,
    kept: 1,
    setAside: [],
  });
});

test('a journal that is not there is no fault before the first start, and a loss after it', () => {
  expect(checkJournalFile(file, 'whole')).toMatchObject({ is: 'missing', says: expect.stringContaining('none yet') });
  live();
  rmSync(file);
  expect(checkJournalFile(file, 'whole')).toMatchObject({ is: 'missing', advice: expect.stringContaining('copy') });
});

test.each<[string, () => void, string, string]>([
  ['a damaged page', () => overwritePage(12), 'damaged', 'sets the file aside'],
  ['a file that was cut off', () => truncateSync(file, 9 * 1_024), 'damaged', 'sets the file aside'],
  ['an empty file', () => truncateSync(file, 0), 'damaged', 'sets the file aside'],
  [
    'a file of a newer version',
    () => change(`pragma user_version = ${migrations.length + 1}`),
    'newer',
    'Install the newer',
  ],
  ["another program's file", () => [rmSync(file), change('create table notes (text)')], 'foreign', 'Name another file'],
])('%s is told in words that help, and nothing is changed', (_, damage, is, advice) => {
  live();
  damage();
  const [before, names] = [readFileSync(file), readdirSync(folder)];
  const check = checkJournalFile(file, 'whole');
  expect(check.is).toBe(is);
  expect(check.advice).toContain(advice);
  expect(readFileSync(file)).toEqual(before);
  expect(readdirSync(folder).filter((name) => !names.includes(name) && !/-(shm|wal)$/u.test(name))).toEqual([]);
});

test('how much of a damaged one can be read is what the hub finds afterwards', () => {
  live();
  overwritePage(12);
  const { entries, waiting, lostPages, lostReports } = checkJournalFile(file, 'whole');
  expect(lostPages).toBe(1);
  expect(waiting + lostReports.length).toBe(30);
  overwritePage(1);
  const journal = openJournal({ file, log: createLogRecorder().log, reserveBytes: 65_536 });
  expect([...journal.pending()]).toHaveLength(waiting);
  journal.close();
  const after = checkJournalFile(file, 'whole');
  // One more: that it was salvaged.
  expect(after).toMatchObject({ is: 'sound', entries: entries + 1 });
  expect(after.setAside).toHaveLength(1);
});

test('a page that the hub does not live on is found by the whole look alone', () => {
  live();
  const database = new Database(file);
  const page = Number(database.prepare("select rootpage from sqlite_schema where name = 'event_low'").pluck().get());
  database.close();
  overwritePage(page);
  chmodSync(file, 0o600);
  expect(checkJournalFile(file, 'short').is).toBe('sound');
  expect(checkJournalFile(file, 'whole').is).toBe('damaged');
});
