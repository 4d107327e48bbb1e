import Database from 'better-sqlite3';
import { printable } from '#protocol/core/printable.ts';

/** What went wrong with the journal. Programs and tests compare codes; the message is for people. */
export type JournalErrorCode =
  /** The disk or the journal's own limit is full. */
  | 'journal/full'
  /** The disk failed. Whether the commit under way survives is unknown until the file has been read again. */
  | 'journal/io'
  | 'journal/damaged'
  /** Another program held the file for longer than we wait. */
  | 'journal/busy'
  /** Another agent runs on this file. */
  | 'journal/in-use'
  /** Written by a newer version of this program. */
  | 'journal/newer'
  /** Belongs to another program. */
  | 'journal/foreign'
  /** A setting that durability rests on did not hold. */
  | 'journal/setting'
  /** The file cannot be opened or written: rights, a missing folder, a file system that is mounted read-only. */
  | 'journal/unwritable'
  | 'journal/missing'
  /** The entries contradict what is there, such as a reference that waits already, or break a limit. */
  | 'journal/refused'
  | 'journal/closed'
  | 'journal/failed';

export class JournalError extends Error {
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'JournalError';
    this.code = code;
  }
}

/** SQLite's result codes by their begin: extended codes such as SQLITE_IOERR_FSYNC share it. The first match counts. */
const meanings: readonly (readonly [begin: string, code: JournalErrorCode, meaning: string])[] = [
  ['SQLITE_FULL', 'journal/full', 'is full, or its disk is'],
  ['SQLITE_IOERR', 'journal/io', 'cannot be read or written: the disk fails'],
  ['SQLITE_CORRUPT', 'journal/damaged', 'is damaged'],
  ['SQLITE_NOTADB', 'journal/damaged', 'is damaged, or never was a journal'],
  // Our statements are sound: it is the tables that are not those of a journal.
  ['SQLITE_ERROR', 'journal/damaged', 'is damaged: it has not the tables of a journal'],
  ['SQLITE_BUSY', 'journal/busy', 'is held by another program'],
  ['SQLITE_LOCKED', 'journal/busy', 'is held by another program'],
  ['SQLITE_READONLY', 'journal/unwritable', 'cannot be written: check its owner and rights, and those of its folder'],
  ['SQLITE_PERM', 'journal/unwritable', 'cannot be opened: check its owner and rights, and those of its folder'],
  ['SQLITE_CANTOPEN', 'journal/unwritable', 'cannot be opened: check its owner and rights, and those of its folder'],
  ['SQLITE_CONSTRAINT', 'journal/refused', 'refuses what contradicts it'],
];

const reasonLimit = 300;

/** Any error of a call on `file` as a JournalError, with the cause kept. */
export function asJournalError(error: unknown, file: string): JournalError {
  if (error instanceof JournalError) return error;
  // SQLite quotes what stands in a damaged file.
  const reason = printable(error instanceof Error ? error.message : String(error)).slice(0, reasonLimit);
  const sqliteCode = error instanceof Database.SqliteError ? error.code : '';
  const match = meanings.find(([begin]) => sqliteCode.startsWith(begin));
  if (match !== undefined) return new JournalError(match[1], `${file} ${match[2]} (${sqliteCode}: ${reason})`, error);
  const systemCode = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (systemCode === 'ENOSPC' || systemCode === 'EDQUOT') {
    return new JournalError('journal/full', `the disk of ${file} is full (${reason})`, error);
  }
  if (systemCode === 'EIO') return new JournalError('journal/io', `${file}: the disk fails (${reason})`, error);
  if (['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemCode)) {
    return new JournalError('journal/unwritable', `${file} cannot be opened or written (${reason})`, error);
  }
  return new JournalError('journal/failed', `${file}: ${reason}`, error);
}
