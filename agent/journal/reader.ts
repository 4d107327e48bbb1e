import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import Database from 'better-sqlite3';
import type { EntryBody, Stamp } from '#agent/hub/ports.ts';
import { asJournalError, JournalError } from './errors.ts';
import { isReportBody, type StampRow, toBody, toStamp, withinDates } from './rows.ts';
import { checkOwner } from './soundness.ts';

/** A line of the journal as it is read. */
export interface JournalEvent {
  seq: number;
  kind: string;
  ref?: string;
  /** As it was committed. */
  stamp: Stamp;
  /** Milliseconds since 1970: the best that is known today of when it happened (B12.2). */
  wallMs: number;
  /** Where `wallMs` is from: a clock that was set, worked out after the clock was set, or a clock that never was. */
  clock: 'set' | 'worked-out' | 'unset';
  body: EntryBody;
}

export interface EventFilter {
  /** From this wall time on, in milliseconds since 1970. */
  fromMs?: number;
  /** Up to this wall time, without it. */
  toMs?: number;
  kind?: string;
  ref?: string;
  /** Only what was committed after this row. */
  after?: number;
}

/** Reads a journal, from any process, also while the agent writes it. Calls throw a JournalError when they fail. */
export interface JournalReader {
  /** Oldest first. */
  events(filter?: EventFilter): Iterable<JournalEvent>;
  /** The newest `limit` of them, oldest first. */
  newest(limit: number, filter?: EventFilter): readonly JournalEvent[];
  /** Everything about a report: itself or the alarm that it updates, all updates, and what became of each. */
  story(ref: string): readonly JournalEvent[];
  /** Whether the report still waits for the centre's acknowledgement. */
  waits(ref: string): boolean;
  close(): void;
}

/** Rows read at a time. Between two batches no snapshot is held, which would keep the agent's log from being reused. */
const batchSize = 500;

/** A story follows this many references at most: an alarm and its updates. */
export const storyLimit = 1_000;

const busyTimeoutMs = 5_000;

interface EventRow extends StampRow {
  seq: number;
  kind: string;
  ref: string | null;
  body: string;
}

interface Batch {
  after: number;
  before: number;
  kind: string | null;
  /** A JSON array of references. */
  refs: string | null;
  mention: string | null;
}

const everything: Batch = { after: 0, before: Number.MAX_SAFE_INTEGER, kind: null, refs: null, mention: null };

/** @throws JournalError */
export function openJournalReader(path: string): JournalReader {
  const file = resolve(path);
  const database = guarded(file, () => openReadOnly(file));
  const select = (order: 'asc' | 'desc') =>
    database.prepare<[Batch], EventRow>(
      `select seq, boot, monotonic_ms as monotonicMs, wall_ms as wallMs, trusted, kind, ref, body from event
       where seq > @after and seq < @before and (@kind is null or kind = @kind) and (@refs is null or ref in (select value from json_each(@refs)))
         and (@mention is null or (kind = 'report' and instr(body, @mention) > 0))
       order by seq ${order} limit ${batchSize}`,
    );
  const { forwards, backwards, waiting, clocks } = guarded(file, () => ({
    forwards: select('asc'),
    backwards: select('desc'),
    waiting: database.prepare<[string], number>('select 1 from outbox where ref = ?').pluck(),
    clocks: clockSettings(database),
  }));

  function toEvent(row: EventRow): JournalEvent {
    const { seq, kind, ref } = row;
    const when = clocks.wallTime(row);
    const event = { seq, kind, stamp: toStamp(row), ...when, body: toBody(row.body, seq, file) };
    return ref === null ? event : { ...event, ref };
  }

  function* read(batch: Partial<Batch>): Generator<JournalEvent> {
    let { after = 0 } = batch;
    for (;;) {
      const rows = guarded(file, () => forwards.all({ ...everything, ...batch, after }));
      for (const row of rows) yield toEvent(row);
      if (rows.length < batchSize) return;
      after = rows.at(-1)?.seq ?? after;
    }
  }

  function* readBackwards(batch: Partial<Batch>): Generator<JournalEvent> {
    let before = everything.before;
    for (;;) {
      const rows = guarded(file, () => backwards.all({ ...everything, ...batch, before }));
      for (const row of rows) yield toEvent(row);
      if (rows.length < batchSize) return;
      before = rows.at(-1)?.seq ?? before;
    }
  }

  function newest(limit: number, filter: EventFilter = {}): readonly JournalEvent[] {
    const found: JournalEvent[] = [];
    if (limit < 1) return found;
    for (const event of readBackwards(narrow(filter))) {
      if (isWithin(event, filter)) found.push(event);
      if (found.length >= limit) break;
    }
    return found.toReversed();
  }

  function story(ref: string): readonly JournalEvent[] {
    const refs = new Set([ref]);
    for (const event of read({ kind: 'report', refs: JSON.stringify([ref]) })) refs.add(alarmOf(event) ?? ref);
    const alarm = [...refs].at(-1) ?? ref;
    for (const event of read({ mention: alarm })) {
      if (event.ref !== undefined && alarmOf(event) === alarm && refs.size < storyLimit) refs.add(event.ref);
    }
    return [...read({ refs: JSON.stringify([...refs]) })];
  }

  return {
    *events(filter = {}) {
      for (const event of read(narrow(filter))) {
        if (isWithin(event, filter)) yield event;
      }
    },
    newest,
    story,
    waits: (ref) => guarded(file, () => waiting.get(ref)) !== undefined,
    close: () => {
      database.close();
    },
  };
}

function openReadOnly(file: string): Database.Database {
  if (!existsSync(file)) throw new JournalError('journal/missing', `${file}: there is no journal`);
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
  try {
    checkOwner(database, file);
    database.pragma('trusted_schema = off');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Gives events from before the clock was set their wall time, from the first event of the same run of the machine that
 * has one (B12.2). Runs follow each other in the journal, so the search ends at the next run.
 */
function clockSettings(database: Database.Database) {
  const search = database.prepare<[number, string], StampRow>(
    `select boot, monotonic_ms as monotonicMs, wall_ms as wallMs, trusted from event
     where seq > ? and (trusted = 1 or boot <> ?) order by seq limit 1`,
  );
  let known: { boot: string; startedMs: number | undefined } | undefined;

  function startOf(row: EventRow): number | undefined {
    if (known?.boot !== row.boot) {
      const next = search.get(row.seq, row.boot);
      const found = next?.boot === row.boot && next.trusted === 1;
      known = { boot: row.boot, startedMs: found ? next.wallMs - next.monotonicMs : undefined };
    }
    return known.startedMs;
  }

  return {
    wallTime(row: EventRow): { wallMs: number; clock: JournalEvent['clock'] } {
      if (row.trusted === 1) return { wallMs: withinDates(row.wallMs), clock: 'set' };
      const startedMs = startOf(row);
      if (startedMs === undefined) return { wallMs: withinDates(row.wallMs), clock: 'unset' };
      return { wallMs: withinDates(startedMs + row.monotonicMs), clock: 'worked-out' };
    },
  };
}

function narrow({ kind, ref, after = 0 }: EventFilter): Partial<Batch> {
  return { after, kind: kind ?? null, refs: ref === undefined ? null : JSON.stringify([ref]) };
}

export function isWithin(
  { wallMs }: Pick<JournalEvent, 'wallMs'>,
  { fromMs = -Infinity, toMs = Infinity }: EventFilter,
): boolean {
  return wallMs >= fromMs && wallMs < toMs;
}

/** The alarm that an update names in its record; nothing for every other entry. */
function alarmOf(event: JournalEvent): string | undefined {
  if (!isReportBody(event.body)) return undefined;
  let record: unknown;
  try {
    record = JSON.parse(event.body.record);
  } catch {
    // The record is kept as it was sent, whatever it is; then it names no alarm.
    return undefined;
  }
  const of = typeof record === 'object' && record !== null && 'of' in record ? record.of : undefined;
  return typeof of === 'string' ? of : undefined;
}

function guarded<Outcome>(file: string, call: () => Outcome): Outcome {
  try {
    return call();
  } catch (error) {
    throw asJournalError(error, file);
  }
}
