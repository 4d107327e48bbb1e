import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { JournalError } from './errors.ts';
import { applicationId, migrations } from './schema.ts';

const limitBytes = 1_048_576;

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(folder, 'journal.db');
});

afterEach(() => rmSync(folder, { recursive: true }));

test('every connection of the agent, the first and all later ones, has the settings that durability rests on', () => {
  for (const isFirst of [true, false]) {
    const { database, created } = openDatabase(file, limitBytes);
    const setting = (name: string) => database.pragma(name, { simple: true });
    expect(created).toBe(isFirst);
    expect(setting('journal_mode')).toBe('wal');
    // 2 is FULL: each commit is synced before it returns.
    expect(setting('synchronous')).toBe(2);
    expect(setting('page_size')).toBe(1_024);
    expect(setting('wal_autocheckpoint')).toBe(100);
    expect(setting('foreign_keys')).toBe(1);
    expect(setting('trusted_schema')).toBe(0);
    expect(setting('cell_size_check')).toBe(1);
    expect(setting('max_page_count')).toBe(1_024);
    expect(setting('application_id')).toBe(applicationId);
    expect(setting('user_version')).toBe(migrations.length);
    database.close();
  }
});

describe('a file that is no sound journal is refused, and left as it is:', () => {
  function codeOf(call: () => unknown): string {
    try {
      call();
    } catch (error) {
      return error instanceof JournalError ? error.code : `not a JournalError: ${String(error)}`;
    }
    return 'no error';
  }

  function foreignFile(application: number, version: number, pageSize = 1_024): void {
    const database = new Database(file);
    database.pragma(`page_size = ${pageSize}`);
    database.pragma(`application_id = ${application}`);
    database.pragma(`user_version = ${version}`);
    database.exec('create table notes (text)');
    database.close();
  }

  /** Changes a sound journal as SQLite itself never would. */
  function tampered(sql: string): void {
    openDatabase(file, limitBytes).database.close();
    const database = new Database(file);
    database.pragma('foreign_keys = off');
    database.exec(sql);
    database.close();
  }

  test.each<[string, string, () => void]>([
    ['a newer version', 'journal/newer', () => foreignFile(applicationId, migrations.length + 1)],
    ['another program', 'journal/foreign', () => foreignFile(0, 0)],
    ['no SQLite at all', 'journal/damaged', () => writeFileSync(file, 'hello\n'.repeat(500))],
    ['nothing', 'journal/damaged', () => writeFileSync(file, '')],
    ['a few bytes of a header', 'journal/damaged', () => writeFileSync(file, 'SQLite format 3\0')],
    ['another page size', 'journal/setting', () => foreignFile(applicationId, migrations.length, 4_096)],
    [
      'a report that waits and that no row tells of',
      'journal/damaged',
      () => tampered("insert into outbox (ref, seq, priority) values ('A', 7, 8)"),
    ],
    [
      'a kept value that is no JSON',
      'journal/damaged',
      () => tampered("insert into kept (key, value) values ('a', '{')"),
    ],
  ])('%s', (_, code, make) => {
    make();
    const before = readFileSync(file);
    expect(codeOf(() => openDatabase(file, limitBytes))).toBe(code);
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(folder)).toEqual(['journal.db']);
  });

  test.each(['outbox', 'kept'])('a damaged table: %s', (table) => {
    const { database } = openDatabase(file, limitBytes);
    const root = Number(database.prepare('select rootpage from sqlite_schema where name = ?').pluck().get(table));
    database.close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, (root - 1) * 1_024, root * 1_024);
    writeFileSync(file, bytes);
    expect(codeOf(() => openDatabase(file, limitBytes))).toBe('journal/damaged');
  });

  test('the log of a journal that is lost, which a new one would swallow', () => {
    writeFileSync(`${file}-wal`, 'what was committed last');
    expect(codeOf(() => openDatabase(file, limitBytes))).toBe('journal/damaged');
    expect(readFileSync(`${file}-wal`, 'utf8')).toBe('what was committed last');
  });
});
