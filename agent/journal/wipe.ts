import type Database from 'better-sqlite3';
import type { JournalSize, WipeProof } from '#agent/hub/ports.ts';
import { syncPath } from './database.ts';
import { JournalError } from './errors.ts';

/**
 * Takes all rows away but what `keep` writes, which is the newest entry; then the file is written anew without them and
 * its log is emptied, so that nothing can be read out of free pages. What is left is read back from the file.
 *
 * @throws JournalError, and what SQLite throws; done again it does the rest.
 */
export function wipeJournal(database: Database.Database, file: string, keep: () => number): WipeProof {
  const before = sizeOf(database);
  // What is freed is overwritten with zeros.
  database.pragma('secure_delete = on');
  const empty = database.transaction(() => {
    // A row in `retention` opens the door (schema.ts).
    database.exec('insert into retention default values; delete from outbox; delete from kept');
    // The rows go on counting, so that no number stands for two entries.
    database.prepare('delete from event where seq < ?').run(keep());
    database.exec('delete from retention');
  });
  empty.immediate();
  database.exec('vacuum');
  emptyLog(database, file);
  const left = sizeOf(database);
  const removed = {
    entries: before.entries + 1 - left.entries,
    reports: before.reports - left.reports,
    kept: before.kept - left.kept,
  };
  if (left.entries !== 1 || left.reports !== 0) {
    throw new JournalError('journal/failed', `${file} was wiped, and ${left.entries} entries are left`);
  }
  return { removed, left };
}

/** The log holds what was written before. While another program reads the journal it cannot be emptied. */
function emptyLog(database: Database.Database, file: string): void {
  const busy = database.prepare<[], number>('pragma wal_checkpoint(truncate)').pluck().get();
  const free = database.pragma('freelist_count', { simple: true });
  if (busy !== 0) throw new JournalError('journal/busy', `${file} is read by another program: its log is not emptied`);
  // SQLite cuts the log off and leaves it at that: after a power cut the old one could be back, with everything in it.
  syncPath(`${file}-wal`);
  if (free !== 0) throw new JournalError('journal/failed', `${file} has ${String(free)} pages that nobody uses`);
}

function sizeOf(database: Database.Database): JournalSize {
  const count = (table: string): number => Number(database.prepare(`select count(*) from ${table}`).pluck().get());
  return { entries: count('event'), reports: count('outbox'), kept: count('kept') };
}
