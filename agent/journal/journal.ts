import { resolve } from 'node:path';
import type Database from 'better-sqlite3';
import type { Entry, Journal, Kept, PendingReport, Stamp } from '#agent/hub/ports.ts';
import type { Log } from '#protocol/core/log.ts';
import { createBallast } from './ballast.ts';
import { type Connection, type Row, prepare } from './connection.ts';
import { openDatabase } from './database.ts';
import { asJournalError, JournalError } from './errors.ts';
import { takeLock } from './lock.ts';
import { type Rank, ranks } from './rank.ts';
import { createRetention, type Retention, defaultLimitBytes, defaultReserveBytes } from './retention.ts';
import type { KeptRow } from './rows.ts';

/** Most characters of an entry's body, as JSON. A record is four thousand at most. */
export const bodyLimit = 65_536;

/** SCAIP's priorities go from 0 to this. */
const highestPriority = 9;

export interface JournalOptions {
  file: string;
  log: Log;
  /**
   * The file grows to this size at most, in bytes; the last of it is for alarms alone. What would not fit makes the
   * oldest of the lowest rank go, and when nothing may go the commit fails with `journal/full`.
   */
  limitBytes?: number;
  /** The last of it, in bytes: for alarms alone. */
  reserveBytes?: number;
}

/** The journal on disk. Every call throws a JournalError when it fails, and a commit that throws has done nothing. */
export interface JournalFile extends Journal {
  /** The number of the newest entry; 0 when there is none. */
  lastRow(): number;
  /** Closes the file and lets another agent have it. Calling it twice does nothing. */
  close(): void;
}

/**
 * Opens the journal for this agent alone, and makes it when there is none. While it is open, `openJournalReader` may read
 * it from any process.
 *
 * After a disk error the outcome of the commit under way is unknown (SQLite may find it complete when it reads the file
 * again). So the file is opened anew before the next call, and what that call sees is the truth.
 *
 * @throws JournalError
 */
export function openJournal(options: JournalOptions): JournalFile {
  const { log, limitBytes = defaultLimitBytes, reserveBytes = defaultReserveBytes } = options;
  const usualBytes = limitBytes - reserveBytes;
  const file = resolve(options.file);
  const release = takeLock(file);
  const retentions = new WeakMap<Database.Database, Retention>();
  let connection: Connection | undefined;
  let open = true;
  let wasFull = false;
  const ballast = createBallast(`${file}.ballast`, reserveBytes, log);

  function connect(): Connection {
    const { database, created, readable } = openDatabase(file, usualBytes);
    if (created) log.warn({ file }, 'no journal was there: a new one is made');
    if (readable.length > 0) {
      log.error(
        { files: readable },
        'others can read the journal: right would be a file system that knows rights, and 0600',
      );
    }
    ballast.fill();
    try {
      return prepare(database, file);
    } catch (error) {
      // Tables that are not those of a journal.
      database.close();
      throw error;
    }
  }

  /** Commits, and makes room for it when there is none: what may go, then what is kept back for alarms (B13.2). */
  function commit(stamp: Stamp, rows: readonly Row[], kept: readonly KeptRow[]): readonly number[] {
    return use((connection) => {
      wasFull = false;
      try {
        return connection.commit(stamp, rows, kept);
      } catch (error) {
        if (asJournalError(error, file).code !== 'journal/full') throw error;
        wasFull = true;
        const rank = rankOfAll(connection, rows);
        makeRoom(connection, rank);
        return commitAgain(connection, rank, () => connection.commit(stamp, rows, kept));
      }
    });
  }

  function rankOfAll(connection: Connection, rows: readonly Row[]): Rank {
    return rows.reduce<Rank>((highest, { entry }) => {
      const rank = connection.rankOf(entry);
      return rank > highest ? rank : highest;
    }, ranks.passing);
  }

  /** Its statements are prepared once for each time that the file is opened. */
  function retentionOf({ database }: Connection): Retention {
    const found = retentions.get(database) ?? createRetention(database, usualBytes);
    retentions.set(database, found);
    return found;
  }

  function makeRoom(connection: Connection, rank: Rank): void {
    // A full disk blocks deleting too.
    ballast.release();
    const removed = retentionOf(connection).makeRoom(rank);
    log.warn({ file, removed }, 'the journal is full: the oldest of the lowest rank went');
  }

  function commitAgain(connection: Connection, rank: Rank, commitOnce: () => readonly number[]): readonly number[] {
    if (rank !== ranks.alarm) return commitOnce();
    connection.limit(limitBytes);
    try {
      return commitOnce();
    } finally {
      connection.limit(usualBytes);
    }
  }

  function use<Outcome>(call: (connection: Connection) => Outcome): Outcome {
    if (!open) throw new JournalError('journal/closed', `${file} is closed`);
    try {
      connection ??= connect();
      return call(connection);
    } catch (error) {
      const reason = asJournalError(error, file);
      if (reason.code === 'journal/io') letGo(reason);
      throw reason;
    }
  }

  function letGo(reason: JournalError): void {
    log.error({ file, code: reason.code, reason: reason.message }, 'the disk fails: the journal is opened anew');
    const failing = connection;
    connection = undefined;
    try {
      failing?.database.close();
    } catch (error) {
      log.error({ file, reason: asJournalError(error, file).message }, 'the journal could not be closed in order');
    }
  }

  function pendingOf(priority: number, afterSeq: number): readonly PendingReport[] {
    return use((connection) => connection.pendingOf(priority, afterSeq));
  }

  try {
    connection = connect();
  } catch (error) {
    release();
    throw asJournalError(error, file);
  }

  return {
    commit: (stamp, entries, kept = []) => {
      const rows = entries.map((entry) => ({ entry, body: bodyOf(entry) }));
      const keptRows = kept.map(toKeptRow);
      if (rows.length === 0 && keptRows.length === 0) return [];
      return commit(stamp, rows, keptRows);
    },
    retain: (stamp, keptMs) =>
      use((connection) => {
        ballast.fill();
        return retentionOf(connection).retain(stamp, keptMs);
      }),
    wasFull: () => wasFull,
    kept: () => use((connection) => connection.kept()),
    lastStamp: () => use((connection) => connection.lastStamp()),
    *pending() {
      for (let priority = highestPriority; priority >= 0; priority -= 1) {
        let after = 0;
        for (let batch = pendingOf(priority, after); batch.length > 0; batch = pendingOf(priority, after)) {
          yield* batch;
          after = batch.at(-1)?.seq ?? after;
        }
      }
    },
    findPending: (ref) => use((connection) => connection.findPending(ref)),
    sync: () => use((connection) => connection.sync()),
    wipe: (stamp, entry, kept) =>
      use((connection) => connection.wipe(stamp, { entry, body: bodyOf(entry) }, kept.map(toKeptRow))),
    lastRow: () => use((connection) => connection.lastRow()),
    close: () => {
      if (!open) return;
      open = false;
      connection?.database.close();
      release();
    },
  };
}

function bodyOf(entry: Entry): string {
  const body = JSON.stringify(entry.body);
  if (body.length > bodyLimit) {
    throw new JournalError(
      'journal/refused',
      `a ${entry.kind} of ${body.length} characters; ${bodyLimit} is the limit`,
    );
  }
  return body;
}

function toKeptRow({ key, value }: Kept): KeptRow {
  const text = value === undefined ? null : JSON.stringify(value);
  if (text !== null && text.length > bodyLimit) {
    throw new JournalError('journal/refused', `${key} has ${text.length} characters; ${bodyLimit} is the limit`);
  }
  return { key, value: text };
}
