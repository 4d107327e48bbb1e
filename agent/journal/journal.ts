import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type Database from 'better-sqlite3';
import { type Journal, type PendingReport, salvagedKey, type Stamp } from '#agent/hub/ports.ts';
import type { Log } from '#protocol/core/log.ts';
import { createBallast } from './ballast.ts';
import { type Connection, type Row, prepare } from './connection.ts';
import { type OpenedDatabase, openDatabase } from './database.ts';
import { asJournalError, JournalError, type JournalErrorCode } from './errors.ts';
import { type Release, takeLock } from './lock.ts';
import { type Rank, ranks } from './rank.ts';
import { createRetention, type Retention, defaultLimitBytes, defaultReserveBytes } from './retention.ts';
import { bodyOf, type KeptRow, toKeptRow } from './rows.ts';
import { finishSalvage, openStandIn, removeSetAside, salvage } from './salvage.ts';

/** So often in one run a file is set aside and made anew: what damages more than that is not mended by it. */
export const salvageLimit = 3;

/** A file with these is no use to us as it is, and what it holds is. */
const salvageable: readonly JournalErrorCode[] = ['journal/damaged', 'journal/newer'];

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
  /** A salvage is about to begin, at the start or later: it holds everything up, on a large journal for minutes. */
  onSalvage?: (() => void) | undefined;
}

/** The journal on disk. Every call throws a JournalError when it fails, and a commit that throws has done nothing. */
export interface JournalFile extends Journal {
  /** The number of the newest entry; 0 when there is none. */
  lastRow(): number;
  /** Closes the file and lets another agent have it. Calling it twice does nothing. */
  close(): void;
}

/** What a full disk may be called by, beside its name: the index of the log cannot be made there, for example. */
const roomless: readonly JournalErrorCode[] = ['journal/full', 'journal/io', 'journal/unwritable'];

interface Opened extends OpenedDatabase {
  prepared: Connection;
}

/**
 * Opens the journal for this agent alone, and makes it when there is none. While it is open, `openJournalReader` may read
 * it from any process.
 *
 * No file keeps the hub from working. One that is damaged is set aside and salvaged (salvage.ts). Where nothing can be
 * written or it is not ours, what waits and what is kept is read as well as it can be, commits fail, and each of them
 * tries the disk again. Each time `salvagedKey` or the failing commit makes the hub report it (B16).
 *
 * After a disk error the outcome of the commit under way is unknown (SQLite may find it complete when it reads the file
 * again). So the file is opened anew before the next call, and what that call sees is the truth.
 *
 * @throws JournalError `journal/in-use` when another agent runs on it.
 */
export function openJournal(options: JournalOptions): JournalFile {
  const { log, limitBytes = defaultLimitBytes, reserveBytes = defaultReserveBytes, onSalvage } = options;
  const usualBytes = limitBytes - reserveBytes;
  const file = resolve(options.file);
  const retentions = new WeakMap<Database.Database, Retention>();
  let release: Release | undefined;
  let connection: Connection | undefined;
  /** What could be read of a journal that cannot be opened. */
  let standIn: Connection | undefined;
  let isDamaged = false;
  let salvages = 0;
  let open = true;
  let wasFull = false;
  const ballast = createBallast(`${file}.ballast`, reserveBytes, log);

  function connect(): Connection {
    const wasHere = existsSync(`${file}.lock`);
    release ??= takeLock(file);
    finishSalvage(file);
    const { database, created, readable, prepared } = openWithRoom();
    if (created) noteNewFile(database, wasHere);
    if (readable.length > 0) {
      log.error(
        { files: readable },
        'others can read the journal: right would be a file system that knows rights, and 0600',
      );
    }
    standIn?.database.close();
    standIn = undefined;
    return prepared;
  }

  function openWhole(): Opened {
    const opened = openDatabase(file, usualBytes);
    try {
      return { ...opened, prepared: prepare(opened.database, file) };
    } catch (error) {
      // Tables that are not those of a journal.
      opened.database.close();
      throw error;
    }
  }

  /** A disk without room fails in many ways, so what is kept back goes first, whatever the failure is called (B13.2). */
  function openWithRoom(): Opened {
    try {
      return openOrSalvage();
    } catch (error) {
      if (!roomless.includes(asJournalError(error, file).code)) throw error;
      ballast.release();
      return openOrSalvage();
    }
  }

  function openOrSalvage(): Opened {
    let reason: JournalError;
    if (isDamaged) {
      reason = new JournalError('journal/damaged', `${file} is damaged`);
    } else {
      try {
        return openWhole();
      } catch (error) {
        reason = asJournalError(error, file);
      }
    }
    if (!salvageable.includes(reason.code) || salvages >= salvageLimit) throw reason;
    log.error({ file, code: reason.code, reason: reason.message }, 'the journal cannot be used as it is');
    onSalvage?.();
    salvage(file, reason.code === 'journal/newer' ? 'newer' : 'damaged', log);
    salvages += 1;
    isDamaged = false;
    return openWhole();
  }

  /** A new file where a hub has run before is a loss, and nothing to pass over in silence. */
  function noteNewFile(database: Database.Database, wasHere: boolean): void {
    log[wasHere ? 'error' : 'warn']({ file }, 'no journal was there: a new one is made');
    if (!wasHere) return;
    const body = JSON.stringify({ reason: 'missing' });
    database.prepare('insert or replace into kept (key, value) values (?, ?)').run(salvagedKey, body);
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
      // A file that could be opened for reading alone is written to only when it is opened anew.
      if (reason.code === 'journal/io' || reason.code === 'journal/unwritable') letGo(reason);
      if (reason.code === 'journal/damaged' && salvages < salvageLimit) {
        isDamaged = true;
        letGo(reason);
      }
      throw reason;
    }
  }

  /** Reads from what could be read at the start, as long as there is nothing better. */
  function look<Outcome>(call: (connection: Connection) => Outcome): Outcome {
    return connection === undefined && standIn !== undefined ? call(standIn) : use(call);
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
    return look((connection) => connection.pendingOf(priority, afterSeq));
  }

  try {
    connection = connect();
    ballast.fill();
  } catch (error) {
    const reason = asJournalError(error, file);
    if (reason.code === 'journal/in-use') throw reason;
    log.error({ file, code: reason.code, reason: reason.message }, 'there is no journal: alarms go out from memory');
    // Another program's file is none of our business.
    standIn = prepare(openStandIn(reason.code === 'journal/foreign' ? '' : file), file);
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
        const retained = retentionOf(connection).retain(stamp, keptMs);
        if (!ballast.fill()) throw new JournalError('journal/full', `the disk of ${file} is full`);
        return retained;
      }),
    wasFull: () => wasFull,
    kept: () => look((connection) => connection.kept()),
    lastStamp: () => look((connection) => connection.lastStamp()),
    *pending() {
      for (let priority = highestPriority; priority >= 0; priority -= 1) {
        let after = 0;
        for (let batch = pendingOf(priority, after); batch.length > 0; batch = pendingOf(priority, after)) {
          yield* batch;
          after = batch.at(-1)?.seq ?? after;
        }
      }
    },
    findPending: (ref) => look((connection) => connection.findPending(ref)),
    sync: () => use((connection) => connection.sync()),
    wipe: (stamp, entry, kept) =>
      use((connection) => {
        removeSetAside(file);
        return connection.wipe(stamp, { entry, body: bodyOf(entry) }, kept.map(toKeptRow));
      }),
    lastRow: () => look((connection) => connection.lastRow()),
    close: () => {
      if (!open) return;
      open = false;
      connection?.database.close();
      standIn?.database.close();
      release?.();
    },
  };
}
