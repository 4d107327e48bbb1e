import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { asJournalError, JournalError } from './errors.ts';
import { applicationId, migrations, pageBytes } from './schema.ts';

/** How long a call waits for another program that holds the file. It blocks the whole agent, so it is short. */
const busyTimeoutMs = 1_000;

/** SQLite's header, of which we read the magic text, the user version and the application id. */
const headerBytes = 100;
const headerMagic = 'SQLite format 3\0';

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
 * A file that is not ours, or newer than this program, is refused and left as it is.
 *
 * @throws JournalError
 */
export function openDatabase(file: string, limitBytes: number): OpenedDatabase {
  const created = !existsSync(file);
  let database: Database.Database | undefined;
  try {
    if (created) createFile(file);
    else checkHeader(file);
    // Before SQLite makes the log, which has the rights of the file.
    closeToOthers(file);
    database = new Database(file, { fileMustExist: true, timeout: busyTimeoutMs });
    checkOwner(database, file);
    applySettings(database, file);
    migrate(database, file);
    limitSize(database, limitBytes);
    checkOutbox(database, file);
    return { database, created, readable: closeToOthers(file) };
  } catch (error) {
    database?.close();
    throw asJournalError(error, file);
  }
}

/**
 * Builds the file under another name and moves it into place whole, so that a power cut never leaves half a journal.
 * A log without its journal means that the journal was lost: a new one would swallow the log, so it is refused.
 */
function createFile(file: string): void {
  if (existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0) {
    throw new JournalError('journal/damaged', `${file} is missing, but its log ${file}-wal is there: restore both`);
  }
  const draft = `${file}.new`;
  for (const leftover of ['', '-wal', '-shm', '-journal']) rmSync(`${draft}${leftover}`, { force: true });
  closeSync(openSync(draft, 'wx', ownerOnly));
  const database = new Database(draft, { fileMustExist: true, timeout: busyTimeoutMs });
  try {
    database.pragma(`page_size = ${pageBytes}`);
    database.pragma(`application_id = ${applicationId}`);
    database.pragma('synchronous = full');
    for (const sql of migrations) database.exec(sql);
    database.pragma(`user_version = ${migrations.length}`);
    database.pragma('journal_mode = wal');
  } finally {
    database.close();
  }
  syncPath(draft);
  renameSync(draft, file);
  syncPath(dirname(file));
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

/** Looks at the file before SQLite does, which would leave its traces in a foreign one. */
function checkHeader(file: string): void {
  const header = Buffer.alloc(headerBytes);
  const descriptor = openSync(file, 'r');
  let length = 0;
  try {
    length = readSync(descriptor, header, 0, headerBytes, 0);
  } finally {
    closeSync(descriptor);
  }
  if (length === 0) {
    throw new JournalError('journal/damaged', `${file} is empty: remove it if it never was a journal`);
  }
  if (length < headerBytes || header.toString('latin1', 0, headerMagic.length) !== headerMagic) {
    throw new JournalError('journal/damaged', `${file} is damaged, or never was a journal: its header is not SQLite's`);
  }
  refuseOthers(file, header.readUInt32BE(68), header.readUInt32BE(60));
}

/** The same again on what SQLite reads: a newer header may still be in the log alone. Readers have only this one. */
export function checkOwner(database: Database.Database, file: string): void {
  refuseOthers(file, readNumber(database, 'application_id'), readNumber(database, 'user_version'));
}

function refuseOthers(file: string, application: number, version: number): void {
  if (application !== applicationId) {
    throw new JournalError('journal/foreign', `${file} is another program's file (application id ${application})`);
  }
  if (version > migrations.length) {
    throw new JournalError(
      'journal/newer',
      `${file} was written by a newer version of this program (${version}; this one knows ${migrations.length})`,
    );
  }
}

function applySettings(database: Database.Database, file: string): void {
  for (const [name, value, wanted] of settings) {
    database.pragma(`${name} = ${value}`);
    expectSetting(database, file, name, wanted);
  }
  // Laid down when the file is made.
  expectSetting(database, file, 'page_size', pageBytes);
}

function expectSetting(database: Database.Database, file: string, name: string, wanted: string | number): void {
  const found = database.pragma(name, { simple: true });
  if (found !== wanted) {
    throw new JournalError('journal/setting', `${file}: ${name} is ${String(found)} and not ${wanted}`);
  }
}

function readNumber(database: Database.Database, name: string): number {
  return Number(database.pragma(name, { simple: true }));
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

/** What waits for the centre must be readable, whatever else is: a small check at every open, in place of a long one. */
function checkOutbox(database: Database.Database, file: string): void {
  const damages = database.pragma('integrity_check(outbox)', { simple: true });
  if (damages !== 'ok')
    throw new JournalError('journal/damaged', `${file}: the outbox is damaged (${String(damages)})`);
  const astray = database
    .prepare<[], string>(
      `select outbox.ref from outbox left join event on event.seq = outbox.seq
       where event.kind is not 'report' or event.ref is not outbox.ref limit 1`,
    )
    .pluck()
    .get();
  if (astray !== undefined) {
    throw new JournalError('journal/damaged', `${file}: report ${astray} waits but is not in the journal`);
  }
}
