import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { JournalError } from './errors.ts';
import { type LogFile, readLogFile } from './logFile.ts';
import { type KeptRow, type PendingRow, toKept, toPending } from './rows.ts';
import { applicationId, migrations, pageBytes } from './schema.ts';

/** Whether a file is a journal of ours, and sound as far as the hub lives on it. Each check throws a JournalError. */

/** The log never has more pages beyond the end of its file than this: it is folded in long before. */
const tellableLoss = 100_000;

/** SQLite's header, of which we read the magic text, the user version and the application id. */
const headerBytes = 100;
const headerMagic = 'SQLite format 3\0';

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

/** Looks at the file before SQLite does, which would leave its traces in a foreign one. */
export function checkHeader(file: string): void {
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

export function readNumber(database: Database.Database, name: string): number {
  return Number(database.pragma(name, { simple: true }));
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
