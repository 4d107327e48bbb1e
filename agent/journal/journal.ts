import { resolve } from 'node:path';
import type Database from 'better-sqlite3';
import type { Entry, Journal, Kept, PendingReport, Stamp } from '#agent/hub/ports.ts';
import type { Log } from '#protocol/core/log.ts';
import { defaultLimitBytes, openDatabase } from './database.ts';
import { asJournalError, JournalError } from './errors.ts';
import { takeLock } from './lock.ts';
import { type KeptRow, type PendingRow, type StampRow, toKept, toPending, toStamp } from './rows.ts';

/** Most characters of an entry's body, as JSON. A record is four thousand at most. */
export const bodyLimit = 65_536;

/** SCAIP's priorities go from 0 to this. */
const highestPriority = 9;

/** Reports read at a time: while a query runs, the connection can do nothing else, and 100,000 may wait. */
const batchSize = 500;

export interface JournalOptions {
  file: string;
  log: Log;
  /** The file grows to this size at most; then commits fail with `journal/full`. */
  limitBytes?: number;
}

/** The journal on disk. Every call throws a JournalError when it fails, and a commit that throws has done nothing. */
export interface JournalFile extends Journal {
  /** Closes the file and lets another agent have it. Calling it twice does nothing. */
  close(): void;
}

interface Connection {
  database: Database.Database;
  commit(stamp: Stamp, rows: readonly Row[], kept: readonly KeptRow[]): readonly number[];
  kept(): readonly Kept[];
  lastStamp(): Stamp | undefined;
  pendingOf(priority: number, afterSeq: number): readonly PendingReport[];
  findPending(ref: string): PendingReport | undefined;
  sync(): void;
}

interface Row {
  entry: Entry;
  body: string;
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
  const { log, limitBytes = defaultLimitBytes } = options;
  const file = resolve(options.file);
  const release = takeLock(file);
  let connection: Connection | undefined;
  let open = true;

  function connect(): Connection {
    const { database, created } = openDatabase(file, limitBytes);
    if (created) log.warn({ file }, 'no journal was there: a new one is made');
    return prepare(database, file);
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
    throw error;
  }

  return {
    commit: (stamp, entries, kept = []) => {
      const rows = entries.map((entry) => ({ entry, body: bodyOf(entry) }));
      const keptRows = kept.map(toKeptRow);
      if (rows.length === 0 && keptRows.length === 0) return [];
      return use((connection) => connection.commit(stamp, rows, keptRows));
    },
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

function prepare(database: Database.Database, file: string): Connection {
  const addEvent = database.prepare(
    'insert into event (boot, monotonic_ms, wall_ms, trusted, kind, ref, body) values (?, ?, ?, ?, ?, ?, ?)',
  );
  const addToOutbox = database.prepare('insert into outbox (ref, seq, priority) values (?, ?, ?)');
  const takeFromOutbox = database.prepare('delete from outbox where ref = ?');
  const pendingRow = `
    select outbox.seq, outbox.ref, priority, boot, monotonic_ms as monotonicMs, wall_ms as wallMs, trusted, body
    from outbox join event on event.seq = outbox.seq`;
  const pendingOf = database.prepare<[number, number], PendingRow>(
    `${pendingRow} where priority = ? and outbox.seq > ? order by outbox.seq limit ${batchSize}`,
  );
  const findPending = database.prepare<[string], PendingRow>(`${pendingRow} where outbox.ref = ?`);
  const keep = database.prepare(
    'insert into kept (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
  );
  const keepNoMore = database.prepare('delete from kept where key = ?');
  const allKept = database.prepare<[], KeptRow>('select key, value from kept order by key');
  const last = database.prepare<[], StampRow>(
    'select boot, monotonic_ms as monotonicMs, wall_ms as wallMs, trusted from event order by seq desc limit 1',
  );
  function add(stamp: Stamp, { entry, body }: Row): number {
    const { lastInsertRowid } = addEvent.run(
      stamp.boot,
      // Whole milliseconds are what the column takes.
      Math.round(stamp.monotonicMs),
      Math.round(stamp.wallMs),
      stamp.trusted ? 1 : 0,
      entry.kind,
      entry.ref ?? null,
      body,
    );
    const seq = Number(lastInsertRowid);
    if (entry.kind === 'report') {
      addToOutbox.run(entry.ref, seq, entry.priority);
    } else if (entry.kind === 'acknowledged' || entry.kind === 'superseded') {
      // It need not wait here: an alarm that the journal could not take goes out from memory (B1.1) and is settled too.
      takeFromOutbox.run(entry.ref);
    }
    return seq;
  }

  const commit = database.transaction((stamp: Stamp, rows: readonly Row[], kept: readonly KeptRow[]) => {
    for (const { key, value } of kept) {
      if (value === null) keepNoMore.run(key);
      else keep.run(key, value);
    }
    return rows.map((row) => add(stamp, row));
  });

  return {
    database,
    commit: (stamp, rows, kept) => commit.immediate(stamp, rows, kept),
    kept: () => allKept.all().map((row) => toKept(row, file)),
    lastStamp: () => {
      const row = last.get();
      return row === undefined ? undefined : toStamp(row);
    },
    pendingOf: (priority, afterSeq) => pendingOf.all(priority, afterSeq).map((row) => toPending(row, file)),
    findPending: (ref) => {
      const row = findPending.get(ref);
      return row === undefined ? undefined : toPending(row, file);
    },
    sync: () => database.pragma('wal_checkpoint(truncate)'),
  };
}
