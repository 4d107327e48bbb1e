import type Database from 'better-sqlite3';
import type { Entry, Kept, PendingReport, Stamp, WipeProof } from '#agent/hub/ports.ts';
import { limitSize } from './database.ts';
import { type Rank, rankOf } from './rank.ts';
import { type KeptRow, type PendingRow, type StampRow, toKept, toPending, toStamp } from './rows.ts';
import { wipeJournal } from './wipe.ts';

/** Reports read at a time: while a query runs, the connection can do nothing else, and 100,000 may wait. */
const batchSize = 500;

export interface Connection {
  database: Database.Database;
  rankOf(entry: Entry): Rank;
  /** The file grows to so many bytes from now on. */
  limit(limitBytes: number): void;
  commit(stamp: Stamp, rows: readonly Row[], kept: readonly KeptRow[]): readonly number[];
  kept(): readonly Kept[];
  lastStamp(): Stamp | undefined;
  pendingOf(priority: number, afterSeq: number): readonly PendingReport[];
  findPending(ref: string): PendingReport | undefined;
  /** Everything is in the file itself, and on the disk. */
  sync(): void;
  wipe(stamp: Stamp, row: Row, kept: readonly KeptRow[]): WipeProof;
  lastRow(): number;
}

export interface Row {
  entry: Entry;
  body: string;
}

/** The statements of one connection. */
export function prepare(database: Database.Database, file: string): Connection {
  const addEvent = database.prepare(
    'insert into event (boot, monotonic_ms, wall_ms, trusted, kind, ref, body, rank) values (?, ?, ?, ?, ?, ?, ?, ?)',
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
  const lastSeq = database.prepare<[], number>('select coalesce(max(seq), 0) from event').pluck();
  const priorityOf = database.prepare<[string], number>('select priority from outbox where ref = ?').pluck();

  function rankOfEntry(entry: Entry): Rank {
    const isSettling = entry.kind === 'acknowledged' || entry.kind === 'superseded';
    return rankOf(entry, isSettling ? priorityOf.get(entry.ref) : undefined);
  }

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
      rankOfEntry(entry),
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

  function write(stamp: Stamp, rows: readonly Row[], kept: readonly KeptRow[]): number[] {
    for (const { key, value } of kept) {
      if (value === null) keepNoMore.run(key);
      else keep.run(key, value);
    }
    return rows.map((row) => add(stamp, row));
  }

  const commit = database.transaction(write);

  return {
    database,
    rankOf: rankOfEntry,
    limit: (limitBytes) => limitSize(database, limitBytes),
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
    sync: () => void database.pragma('wal_checkpoint(truncate)'),
    wipe: (stamp, row, kept) => wipeJournal(database, file, () => write(stamp, [row], kept)[0] ?? 0),
    lastRow: () => lastSeq.get() ?? 0,
  };
}
