import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { asJournalError, JournalError } from './errors.ts';
import { type LogFile, readLogFile } from './logFile.ts';
import { type KeptRow, type PendingRow, toKept, toPending } from './rows.ts';
import { applicationId, migrations, pageBytes } from './schema.ts';

/** How long a call waits for another program that holds the file. It blocks the whole agent, so it is short. */
const busyTimeoutMs = 1_000;

/** The log never has more pages beyond the end of its file than this: it is folded in long before. */
const tellableLoss = 100_000;

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
 * Looks at the log before SQLite does. A log without its journal means that the journal was lost, and a new one would
 * swallow the log.
 */
export function checkLog(file: string): void {
  const name = `${file}-wal`;
  const isThere = existsSync(name) && statSync(name).size > 0;
  if (!existsSync(file)) {
    if (isThere) throw new JournalError('journal/damaged', `${file} is missing, but its log ${name} is there`);
    return;
  }
  const log = readLogFile(name);
  // SQLite reads up to the first frame that is not sound. Behind that lies, after a power cut, the one commit that was
  // under way; where there are more, what the centre may never have heard of would be gone in silence.
  if (log.commitsBehind > 1) {
    const message = `${name} is damaged: ${log.commitsBehind} commits lie behind what cannot be read`;
    throw new JournalError('journal/damaged', message);
  }
  checkLength(file, log);
}

/** SQLite takes a file that was cut off for a shorter one. Pages beyond its end are in the log, while it grows. */
function checkLength(file: string, { taken }: LogFile): void {
  const header = taken.findLast(({ page }) => page === 1)?.bytes ?? readBegin(file, headerBytes);
  if (header.length < headerBytes) return;
  const pages = Buffer.from(header).readUInt32BE(28);
  const there = Math.floor(statSync(file).size / pageBytes);
  if (pages <= there) return;
  const inLog = new Set(taken.map(({ page }) => page));
  const lost = Array.from({ length: Math.min(pages - there, tellableLoss) }, (_, index) => there + 1 + index);
  if (lost.every((page) => inLog.has(page))) return;
  throw new JournalError('journal/damaged', `${file} was cut off: ${there} pages of ${pages} are there`);
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

/** The first bytes of a file, as many as there are. */
function readBegin(file: string, mostBytes: number): Buffer {
  const begin = Buffer.alloc(mostBytes);
  const descriptor = openSync(file, 'r');
  try {
    return begin.subarray(0, readSync(descriptor, begin, 0, mostBytes, 0));
  } finally {
    closeSync(descriptor);
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

/** Looks at the file before SQLite does, which would leave its traces in a foreign one. */
function checkHeader(file: string): void {
  const header = readBegin(file, headerBytes);
  const { length } = header;
  if (length === 0) throw new JournalError('journal/damaged', `${file} is empty`);
  if (length < headerBytes || header.toString('latin1', 0, headerMagic.length) !== headerMagic) {
    throw new JournalError('journal/damaged', `${file} is damaged, or never was a journal: its header is not SQLite's`);
  }
  try {
    refuseOthers(file, header.readUInt32BE(68), header.readUInt32BE(60));
  } catch (error) {
    if (!(error instanceof JournalError && error.code === 'journal/foreign' && hasOurTables(file))) throw error;
    throw new JournalError(
      'journal/damaged',
      `${file} is damaged: its header does not say that it is a journal`,
      error,
    );
  }
}

/** A name that nobody else gives to anything, where the definitions of the tables are. */
function hasOurTables(file: string): boolean {
  return readBegin(file, 64 * pageBytes).includes('event_keeps_its_rows');
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

/**
 * What the hub lives on must be readable, whatever else is: what waits, what is kept and the newest entry. A short check
 * at every open, in place of a long one.
 */
export function checkContent(database: Database.Database, file: string): void {
  for (const table of ['outbox', 'kept']) {
    const damages = database.pragma(`integrity_check(${table})`, { simple: true });
    if (damages !== 'ok') {
      throw new JournalError('journal/damaged', `${file}: the table ${table} is damaged (${String(damages)})`);
    }
  }
  const waiting = database.prepare<[], PendingRow & { kind: string | null; eventRef: string | null }>(
    `select outbox.seq, outbox.ref, priority, boot, monotonic_ms as monotonicMs, wall_ms as wallMs, trusted, body, kind,
       event.ref as eventRef
     from outbox left join event on event.seq = outbox.seq`,
  );
  for (const row of waiting.iterate()) {
    if (row.kind !== 'report' || row.eventRef !== row.ref) {
      throw new JournalError('journal/damaged', `${file}: report ${row.ref} waits but is not in the journal`);
    }
    toPending(row, file);
  }
  const kept = database.prepare<[], KeptRow>('select key, value from kept');
  for (const row of kept.iterate()) toKept(row, file);
  database.prepare('select * from event order by seq desc limit 1').get();
}
