import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { asJournalError, JournalError } from './errors.ts';
import { applicationId, migrations, pageBytes } from './schema.ts';
import { checkContent, checkHeader, checkLog, checkOwner, readNumber } from './soundness.ts';

/** How long a call waits for another program that holds the file. It blocks the whole agent, so it is short. */
const busyTimeoutMs = 1_000;

/**
 * Set and read back at every open, because a setting that SQLite does not know or cannot keep is ignored in silence.
 * `synchronous` is FULL: the library's default falls to NORMAL in WAL mode, and then a power cut loses committed rows.
 * EXTRA would add nothing, for it only syncs the folder after a rollback journal is deleted, and WAL has none.
 */
const settings: readonly (readonly [name: string, value: string | number, readBack: string | number])[] = [
  ['journal_mode', 'wal', 'wal'],
  ['synchronous', 'full', 2],
  // Small, so that the log stays in the same few blocks of the card.
  ['wal_autocheckpoint', 100, 100],
  ['journal_size_limit', 1_048_576, 1_048_576],
  ['foreign_keys', 'on', 1],
  // Without it, "insert or replace" deletes rows past the trigger that forbids it.
  ['recursive_triggers', 'on', 1],
  ['trusted_schema', 'off', 0],
  ['cell_size_check', 'on', 1],
  // A disk error in mapped memory kills the process; in a read call it is an error code.
  ['mmap_size', 0, 0],
  ['cache_size', -2_000, -2_000],
  ['temp_store', 'memory', 2],
];

/**
 * The journal holds who lives here, and what is kept holds the PIN of the SIM where the centre has sent one: nobody but
 * the owner reads it. SQLite gives its log the same rights.
 */
export const ownerOnly = 0o600;

export interface OpenedDatabase {
  database: Database.Database;
  created: boolean;
  /** Those of its files that others can read, and that could not be closed to them. The hub works all the same. */
  readable: readonly string[];
}

/**
 * Opens the journal's file for the one agent that holds its lock, and makes it when there is none.
 * A file that is not ours, is damaged or newer than this program is refused and left as it is.
 *
 * @throws JournalError
 */
export function openDatabase(file: string, limitBytes: number): OpenedDatabase {
  const created = !existsSync(file);
  let database: Database.Database | undefined;
  try {
    checkLog(file);
    if (created) createFile(file);
    else checkHeader(file);
    // Before SQLite makes the log, which has the rights of the file.
    closeToOthers(file);
    database = new Database(file, { fileMustExist: true, timeout: busyTimeoutMs });
    checkOwner(database, file);
    applySettings(database, file);
    migrate(database, file);
    limitSize(database, limitBytes);
    checkContent(database, file);
    foldLog(database, file);
    return { database, created, readable: closeToOthers(file) };
  } catch (error) {
    database?.close();
    throw asJournalError(error, file);
  }
}

/**
 * What the log has goes into the file, so that a log has one commit under way at most when the power is cut (`checkLog`).
 * A disk that takes nothing can still be read, and the next commit says what is wrong with it; but a file that could be
 * opened for reading alone stays so, however well the disk is afterwards.
 */
function foldLog(database: Database.Database, file: string): void {
  try {
    database.pragma('wal_checkpoint(truncate)');
  } catch (error) {
    const reason = asJournalError(error, file);
    if (reason.code === 'journal/damaged' || reason.code === 'journal/unwritable') throw reason;
  }
}

/**
 * Builds the file under another name and moves it into place whole, so that a power cut never leaves half a journal.
 */
function createFile(file: string): void {
  const draft = `${file}.new`;
  makeDraft(draft, () => {});
  renameSync(draft, file);
  syncPath(dirname(file));
}

/** Makes a journal, synced, in place of whatever is there. */
export function makeDraft(draft: string, fill: (database: Database.Database) => void): void {
  for (const leftover of ['', '-wal', '-shm', '-journal']) rmSync(`${draft}${leftover}`, { force: true });
  closeSync(openSync(draft, 'wx', ownerOnly));
  openDraft(draft, fill).close();
  syncPath(draft);
}

/** A journal with the newest schema, filled: in a file, or in `:memory:`. */
export function openDraft(name: string, fill: (database: Database.Database) => void): Database.Database {
  const database = new Database(name, { timeout: busyTimeoutMs });
  try {
    database.pragma(`page_size = ${pageBytes}`);
    database.pragma(`application_id = ${applicationId}`);
    database.pragma('synchronous = full');
    for (const sql of migrations) database.exec(sql);
    database.pragma(`user_version = ${migrations.length}`);
    fill(database);
    if (name !== ':memory:') database.pragma('journal_mode = wal');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Closes the journal and its log to all but their owner, and looks whether it helped: some file systems know no rights. */
function closeToOthers(file: string): string[] {
  return [file, `${file}-wal`, `${file}-shm`].filter((path) => {
    if (!isOpenToOthers(path)) return false;
    try {
      chmodSync(path, ownerOnly);
    } catch {
      return true;
    }
    return isOpenToOthers(path);
  });
}

function isOpenToOthers(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  return status !== undefined && (status.mode & 0o077) !== 0;
}

/** What was written to a file, or the names in a folder, is on the disk when this returns. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function applySettings(database: Database.Database, file: string): void {
  // Laid down when the file is made.
  expectSetting(database, file, 'page_size', pageBytes);
  for (const [name, value, wanted] of settings) {
    database.pragma(`${name} = ${value}`);
    expectSetting(database, file, name, wanted);
  }
}

function expectSetting(database: Database.Database, file: string, name: string, wanted: string | number): void {
  const found = database.pragma(name, { simple: true });
  if (found !== wanted) {
    throw new JournalError('journal/setting', `${file}: ${name} is ${String(found)} and not ${wanted}`);
  }
}

function migrate(database: Database.Database, file: string): void {
  const version = readNumber(database, 'user_version');
  if (version === migrations.length) return;
  const toNewest = database.transaction(() => {
    for (const sql of migrations.slice(version)) database.exec(sql);
    database.pragma(`user_version = ${migrations.length}`);
  });
  toNewest.exclusive();
  // The version goes from the log into the file, where an older program sees it before it opens anything.
  database.pragma('wal_checkpoint(truncate)');
  checkOwner(database, file);
}

/** The file grows to so many bytes at most; then commits fail with `journal/full`. */
export function limitSize(database: Database.Database, limitBytes: number): void {
  database.pragma(`max_page_count = ${Math.floor(limitBytes / pageBytes)}`);
}
