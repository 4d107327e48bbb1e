import Database from 'better-sqlite3';
import { type CaseBook, isOpen } from '#centre/cases.ts';
import type { Course } from '#centre/desk/course.ts';
import type { Case } from '#centre/events.ts';
import type { Contact, HubBook } from '#centre/hubs.ts';
import type { Acknowledgement } from '#protocol/mqtt/acknowledgement.ts';
import type { ReportRecord } from '#protocol/mqtt/record.ts';
import { openForWriting } from './database.ts';
import { asStoreError } from './errors.ts';
import type { LogEntry } from './log.ts';

/** Rows that leave at one time, so that an alarm never waits for it. */
export const pruneLimit = 10_000;

/** What a centre knows, in a file. Calls throw a StoreError; what is returned is on the disk. */
export interface Store extends CaseBook, HubBook {
  /** Everything that this does is kept, or nothing of it. */
  together<Value>(act: () => Value): Value;
  log(entry: LogEntry, wallMs: number): void;
  /** Lets go what is older, up to a limit; cases that are open stay. Tells how many rows went. */
  prune(beforeMs: number): number;
  close(): void;
}

interface ReportRow {
  hub: string;
  ref: string;
  hash: string;
  record: string;
  buffered: number;
  openedMs: number;
  arrivals: number;
  path: Case['path'];
  acknowledgement: string | null;
  course: string | null;
}

/** @throws StoreError */
export function openStore(file: string): Store {
  const { database, close } = openForWriting(file);
  const columns =
    'hub, ref, hash, record, buffered, opened_ms as openedMs, arrivals, path, acknowledgement, course from report';
  const find = database.prepare<[string, string], ReportRow>(`select ${columns} where hub = ? and ref = ?`);
  const newest = database.prepare<[number], ReportRow>(`select ${columns} order by seq desc limit ?`);
  const open = database.prepare<[], ReportRow>(`select ${columns} where is_open = 1 order by seq`);
  const add = database.prepare(
    `insert into report (hub, ref, hash, record, buffered, opened_ms, arrivals, path, acknowledgement, is_open)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
  );
  const keepArrival = database.prepare(
    'update report set arrivals = ?, path = ?, acknowledgement = ? where hub = ? and ref = ?',
  );
  const keepCourse = database.prepare('update report set course = ?, is_open = ? where hub = ? and ref = ?');
  const addLog = database.prepare(
    'insert into log (wall_ms, kind, hub, ref, cause, words, body) values (?, ?, ?, ?, ?, ?, ?)',
  );
  const hubs = database.prepare<[], { hub: string; contact: Contact; sinceMs: number }>(
    'select hub, contact, since_ms as sinceMs from hub order by hub',
  );
  const keepHub = database.prepare(
    `insert into hub (hub, contact, since_ms) values (?, ?, ?)
     on conflict (hub) do update set contact = excluded.contact, since_ms = excluded.since_ms`,
  );
  const prunings = [
    database.prepare<[number]>(
      `delete from log where seq in (select seq from log where wall_ms < ? order by wall_ms limit ${pruneLimit})`,
    ),
    database.prepare<[number]>(
      `delete from report where seq in
         (select seq from report where opened_ms < ? and is_open = 0 order by opened_ms limit ${pruneLimit})`,
    ),
    database.prepare<[number]>(`delete from hub where contact = 'ended' and since_ms < ?`),
  ];

  function guarded<Value>(call: () => Value): Value {
    try {
      return call();
    } catch (error) {
      throw asStoreError(error, file);
    }
  }

  return {
    together(act) {
      try {
        return database.transaction(act)();
      } catch (error) {
        // What is wrong with `act` itself is passed on as it is.
        throw error instanceof Database.SqliteError ? asStoreError(error, file) : error;
      }
    },
    find: (hub, ref) =>
      guarded(() => {
        const row = find.get(hub, ref);
        return row === undefined ? undefined : toCase(row);
      }),
    add: ({ hub, ref, hash, buffered, openedMs, arrivals, path, acknowledgement }, record) =>
      guarded(() =>
        add.run(hub, ref, hash, record, Number(buffered), whole(openedMs), arrivals, path, textOf(acknowledgement)),
      ),
    keepArrival: ({ hub, ref, arrivals, path, acknowledgement }) =>
      guarded(() => keepArrival.run(arrivals, path, textOf(acknowledgement), hub, ref)),
    keepCourse: (known) =>
      guarded(() => keepCourse.run(textOf(known.course), Number(isOpen(known)), known.hub, known.ref)),
    newest: (count) => guarded(() => newest.all(count).toReversed().map(toCase)),
    open: () => guarded(() => open.all().map(toCase)),
    log: ({ kind, hub = null, ref = null, cause = null, words, body }, wallMs) =>
      guarded(() => addLog.run(whole(wallMs), kind, hub, ref, cause, words, JSON.stringify(body))),
    hubs: () => guarded(() => hubs.all()),
    keepHub: ({ hub, contact, sinceMs }) => guarded(() => keepHub.run(hub, contact, whole(sinceMs))),
    prune: (beforeMs) => guarded(() => prunings.reduce((gone, prune) => gone + prune.run(whole(beforeMs)).changes, 0)),
    close,
  };
}

/** Whole milliseconds are what the columns take. */
function whole(milliseconds: number): number {
  return Math.round(milliseconds);
}

function textOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function toCase(row: ReportRow): Case {
  const { hub, ref, hash, buffered, openedMs, arrivals, path, acknowledgement, course } = row;
  // What is read here was written here, and a centre runs on it alone.
  /* oxlint-disable typescript/no-unsafe-type-assertion */
  return {
    hub,
    ref,
    hash,
    record: JSON.parse(row.record) as ReportRecord,
    buffered: buffered === 1,
    openedMs,
    arrivals,
    path,
    ...(acknowledgement === null ? {} : { acknowledgement: JSON.parse(acknowledgement) as Acknowledgement }),
    ...(course === null ? {} : { course: JSON.parse(course) as Course }),
  };
  /* oxlint-enable typescript/no-unsafe-type-assertion */
}
