import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { asJournalError, JournalError } from './errors.ts';

/** Gives the file free for another agent. */
export type Release = () => void;

/**
 * Takes the journal for this agent alone, for as long as the process lives; the kernel lets go of it however the process
 * ends. It is SQLite's own exclusive lock on an empty file beside the journal, which is never written: a lock on the
 * journal itself would shut out readers too.
 *
 * @throws JournalError `journal/in-use` when another agent has it.
 */
export function takeLock(file: string): Release {
  if (!existsSync(dirname(file))) {
    throw new JournalError('journal/unwritable', `${file} cannot be made: its folder is missing`);
  }
  const lockFile = `${file}.lock`;
  let lock: Database.Database | undefined;
  try {
    lock = new Database(lockFile, { timeout: 0 });
    // Or SQLite lays a journal of its own beside it.
    lock.pragma('journal_mode = memory');
    lock.exec('begin exclusive');
  } catch (error) {
    lock?.close();
    const reason = asJournalError(error, lockFile);
    if (reason.code !== 'journal/busy') throw reason;
    throw new JournalError('journal/in-use', `${file} is in use: another agent runs on it. Stop that one first`, error);
  }
  const held = lock;
  return () => {
    held.close();
  };
}
