import { openForReading } from './database.ts';
import { asStoreError } from './errors.ts';

/** A line of the log as it is read. */
export interface LogRow {
  seq: number;
  /** Milliseconds since 1970. */
  wallMs: number;
  kind: string;
  hub: string | null;
  ref: string | null;
  cause: string | null;
  words: string;
  body: Readonly<Record<string, unknown>>;
}

export interface LogFilter {
  /** From this wall time on, milliseconds since 1970. */
  fromMs?: number;
  /** Up to this wall time, without it. */
  toMs?: number;
  hub?: string;
  /** Only these. */
  kinds?: readonly string[];
}

/** Rows read at a time: between two batches a centre that runs on the store can tidy up. */
const batchRows = 1_000;

/** Reads the log of a store, also while a centre runs on it. Calls throw a StoreError. */
export interface LogReader {
  /** Oldest first. */
  rows(filter?: LogFilter): Iterable<LogRow>;
  close(): void;
}

/** @throws StoreError */
export function openLogReader(file: string): LogReader {
  const database = openForReading(file);
  const select = database.prepare<[Record<string, unknown>], Omit<LogRow, 'body'> & { body: string }>(
    `select seq, wall_ms as wallMs, kind, hub, ref, cause, words, body from log
     where seq > @after and wall_ms >= @fromMs and wall_ms < @toMs and (@hub is null or hub = @hub)
       and (@kinds is null or kind in (select value from json_each(@kinds)))
     order by seq limit ${batchRows}`,
  );

  function* rows({ fromMs, toMs, hub, kinds }: LogFilter = {}): Generator<LogRow> {
    const filter = {
      fromMs: fromMs ?? Number.MIN_SAFE_INTEGER,
      toMs: toMs ?? Number.MAX_SAFE_INTEGER,
      hub: hub ?? null,
      kinds: kinds === undefined ? null : JSON.stringify(kinds),
    };
    let after = 0;
    for (;;) {
      const batch = read(() => select.all({ ...filter, after }));
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The centre wrote an object there.
      for (const row of batch) yield { ...row, body: JSON.parse(row.body) as Record<string, unknown> };
      if (batch.length < batchRows) return;
      after = batch.at(-1)?.seq ?? after;
    }
  }

  function read<Value>(call: () => Value): Value {
    try {
      return call();
    } catch (error) {
      throw asStoreError(error, file);
    }
  }

  return { rows, close: () => void database.close() };
}
