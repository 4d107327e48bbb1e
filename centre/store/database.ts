import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { asStoreError, StoreError } from './errors.ts';

/** `WHC1`, in SQLite's header field for it. */
const applicationId = 0x57_48_43_31;

/** How long a call waits for another program that reads. */
const busyTimeoutMs = 1_000;

/** The store holds who raised which alarm when: nobody but its owner reads it. */
const ownerOnly = 0o600;

/**
 * Each brings a file from the version before it (its index) to the next one. Released ones are never changed.
 *
 * A case is a report by (hub, ref); `record` is its exact text, which the hash is of. The log is never updated.
 */
const migrations: readonly string[] = [
  `
  create table report (
    seq integer primary key,
    hub text not null,
    ref text not null,
    hash text not null,
    record text not null,
    buffered integer not null check (buffered in (0, 1)),
    opened_ms integer not null,
    arrivals integer not null,
    path text not null,
    acknowledgement text,
    course text,
    is_open integer not null check (is_open in (0, 1)),
    unique (hub, ref)
  ) strict;
  create index report_by_time on report (opened_ms);
  create index open_report on report (seq) where is_open = 1;

  create table log (
    seq integer primary key,
    wall_ms integer not null,
    kind text not null,
    hub text,
    ref text,
    cause text,
    words text not null,
    body text not null
  ) strict;
  create index log_by_time on log (wall_ms);

  create table hub (
    hub text primary key,
    contact text not null,
    since_ms integer not null
  ) strict, without rowid;
  `,
];

export interface OpenedStore {
  database: Database.Database;
  close(): void;
}

/**
 * Opens a store for the one centre that runs on it, and makes it when there is none.
 *
 * @throws StoreError
 */
export function openForWriting(file: string): OpenedStore {
  let lock: Database.Database | undefined;
  let database: Database.Database | undefined;
  try {
    lock = takeLock(file);
    if (!existsSync(file)) closeSync(openSync(file, 'wx', ownerOnly));
    chmodSync(file, ownerOnly);
    database = new Database(file, { fileMustExist: true, timeout: busyTimeoutMs });
    checkOwner(database, file);
    // What was acknowledged survives a power cut. The library's default falls to NORMAL in WAL mode, so it is read back.
    database.pragma('journal_mode = wal');
    database.pragma('synchronous = full');
    if (readNumber(database, 'synchronous') !== 2) throw new StoreError('store/failed', `${file} cannot be synced`);
    migrate(database);
    const [held, opened] = [lock, database];
    return {
      database,
      close() {
        opened.close();
        held.close();
      },
    };
  } catch (error) {
    database?.close();
    lock?.close();
    throw asStoreError(error, file);
  }
}

/**
 * Opens a store to read it, also while a centre runs on it.
 *
 * @throws StoreError
 */
export function openForReading(file: string): Database.Database {
  if (!existsSync(file)) throw new StoreError('store/missing', `${file}: there is no such store`);
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
    checkOwner(database, file);
    if (readNumber(database, 'user_version') === 0) throw new StoreError('store/foreign', `${file} is no store`);
    return database;
  } catch (error) {
    database?.close();
    throw asStoreError(error, file);
  }
}

/** SQLite's own exclusive lock, on an empty file beside it: a lock on the store itself would shut out readers too. */
function takeLock(file: string): Database.Database {
  const lock = new Database(`${file}.lock`, { timeout: 0 });
  try {
    lock.pragma('journal_mode = memory');
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    if (!(error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY'))) throw error;
    throw new StoreError('store/in-use', `${file} is in use: another centre runs on it. Stop that one first`, error);
  }
}

/** A file that is empty is one that was being made. */
function checkOwner(database: Database.Database, file: string): void {
  const owner = readNumber(database, 'application_id');
  const version = readNumber(database, 'user_version');
  const isNew = owner === 0 && version === 0 && readNumber(database, 'page_count') === 0;
  if (owner !== applicationId && !isNew) throw new StoreError('store/foreign', `${file} is another program's file`);
  if (version > migrations.length) {
    throw new StoreError('store/foreign', `${file} was written by a newer version of this program`);
  }
}

function migrate(database: Database.Database): void {
  const version = readNumber(database, 'user_version');
  if (version === migrations.length) return;
  database
    .transaction(() => {
      for (const sql of migrations.slice(version)) database.exec(sql);
      database.pragma(`application_id = ${applicationId}`);
      database.pragma(`user_version = ${migrations.length}`);
    })
    .exclusive();
}

function readNumber(database: Database.Database, name: string): number {
  return Number(database.pragma(name, { simple: true }));
}
