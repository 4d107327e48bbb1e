import { chmodSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { salvagedKey } from '#agent/hub/ports.ts';
import type { Log } from '#protocol/core/log.ts';
import { makeDraft, openDraft, ownerOnly, syncPath } from './database.ts';
import { ranks } from './rank.ts';
import { type EventLine, readRemains, type Remains } from './remains.ts';

/** So many files that were set aside are kept; the oldest of more goes, for a card that fails must not fill itself. */
export const setAsideLimit = 4;

/** What became of a journal that could not be used as it was. */
export interface Salvage {
  /** Where the whole file is now. */
  setAside: string;
  reason: string;
  events: number;
  waiting: number;
  kept: number;
  lostPages: number;
  lostRows: number;
  /** Of what waited, the references of which nothing but that could be read, and how many of them were alarms. */
  lostReports: readonly string[];
  lostAlarms: number;
}

/** Rows written at a time. */
const batchRows = 1_000;

const parts = ['', '-wal'];

/**
 * Sets a journal that cannot be used aside, whole, and makes a new one of all that can be read of it. It may be cut off
 * at any moment and begun again: the old file stays where it is until the new one is complete and on the disk; from then
 * on the next start goes on with moving them (`finishSalvage`).
 *
 * @throws what the disk makes of it; then nothing is changed.
 */
export function salvage(file: string, reason: string, log: Log): Salvage {
  const remains = readRemains(file);
  try {
    const name = freeName(file, reason);
    const draft = `${file}.draft`;
    makeDraft(draft, (database) => write(database, remains, { reason, setAside: basename(name) }, () => true));
    renameSync(draft, `${name}.salvaged`);
    syncPath(dirname(file));
    finishSalvage(file);
    const told = { ...toldOf(remains), reason, setAside: name };
    log.error({ file, ...told }, 'the journal could not be used: it is set aside, and what can be read of it goes on');
    dropOldest(file, log);
    return told;
  } finally {
    remains.close();
  }
}

/** A power cut may have come between the last steps of a salvage: here they are done. */
export function finishSalvage(file: string): void {
  const folder = dirname(file);
  const mark = `${basename(file)}.`;
  const found = existsSync(folder) ? readdirSync(folder) : [];
  const complete = found.find((name) => name.startsWith(mark) && name.endsWith('.salvaged'));
  if (complete === undefined) return;
  const name = join(folder, complete.slice(0, -'.salvaged'.length));
  rmSync(`${file}-shm`, { force: true });
  // The log goes first: a file without its log is an older one, a log without its file is nothing at all.
  for (const part of parts.toReversed()) {
    if (!existsSync(`${file}${part}`)) continue;
    closeToOthers(`${file}${part}`);
    renameSync(`${file}${part}`, `${name}${part}`);
  }
  syncPath(folder);
  renameSync(`${name}.salvaged`, file);
  syncPath(folder);
}

/** It holds what the journal holds, and may have come from anywhere. */
function closeToOthers(file: string): void {
  try {
    chmodSync(file, ownerOnly);
  } catch {
    // A file system that knows no rights: that the journal can be read by others is told when it is opened.
  }
}

/** The files that were set aside, oldest first, without what belongs to them. */
export function setAsideFiles(file: string): string[] {
  const folder = dirname(file);
  const mark = `${basename(file)}.aside-`;
  if (!existsSync(folder)) return [];
  // Of some there was nothing but the log.
  const names = readdirSync(folder)
    .filter((name) => name.startsWith(mark) && !name.endsWith('.salvaged'))
    .map((name) => name.replace(/-wal$/u, ''));
  return [...new Set(names)].toSorted().map((name) => join(folder, name));
}

/** Takes them away with all that was in them (B14.1). */
export function removeSetAside(file: string): void {
  for (const name of setAsideFiles(file)) parts.forEach((part) => rmSync(`${name}${part}`, { force: true }));
}

function dropOldest(file: string, log: Log): void {
  for (const name of setAsideFiles(file).slice(0, -setAsideLimit)) {
    parts.forEach((part) => rmSync(`${name}${part}`, { force: true }));
    log.warn({ file: name, limit: setAsideLimit }, 'a damaged journal that was set aside long ago is gone');
  }
}

/** When it was last written, as the disk knows it: the hub's own clock may not be set yet. */
function freeName(file: string, reason: string): string {
  const last = parts.map((part) => statSync(`${file}${part}`, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  const time = new Date(Math.max(...last)).toISOString().replaceAll(/[-:.]/gu, '');
  const name = `${file}.aside-${time}-${reason}`;
  const isTaken = (candidate: string): boolean => parts.some((part) => existsSync(`${candidate}${part}`));
  let free = name;
  for (let count = 2; isTaken(free); count += 1) free = `${name}-${count}`;
  return free;
}

/** A journal in memory with what waits and what is kept, for a disk that can be read at best (B1.1). */
export function openStandIn(file: string): Database.Database {
  const remains = readRemains(file);
  try {
    return openDraft(':memory:', (database) =>
      write(database, remains, undefined, ({ seq, ref }) => seq === remains.lastEvent || waits(remains, ref, seq)),
    );
  } finally {
    remains.close();
  }
}

function waits({ outbox }: Remains, ref: string | null, seq: number): boolean {
  return ref !== null && outbox.get(ref)?.seq === seq;
}

function toldOf({
  events,
  outbox,
  kept,
  lostPages,
  lostRows,
  lostReports,
  lostAlarms,
}: Remains): Omit<Salvage, 'setAside' | 'reason'> {
  return { events, waiting: outbox.size, kept: kept.size, lostPages, lostRows, lostReports, lostAlarms };
}

function write(
  database: Database.Database,
  remains: Remains,
  about: Pick<Salvage, 'reason' | 'setAside'> | undefined,
  isWanted: (line: EventLine) => boolean,
): void {
  const add = database.prepare(
    'insert or ignore into event (seq, boot, monotonic_ms, wall_ms, trusted, kind, ref, body, rank) values (@seq, @boot, @monotonicMs, @wallMs, @trusted, @kind, @ref, @body, @rank)',
  );
  const addAll = database.transaction((lines: readonly EventLine[]) => lines.forEach((line) => add.run(line)));
  let batch: EventLine[] = [];
  let last: EventLine | undefined;
  for (const line of remains.lines()) {
    if (line.seq === remains.lastEvent) last = line;
    if (!isWanted(line)) continue;
    batch.push(line);
    if (batch.length < batchRows) continue;
    addAll(batch);
    batch = [];
  }
  const rest = database.transaction(() => {
    batch.forEach((line) => add.run(line));
    const addToOutbox = database.prepare('insert or ignore into outbox (ref, seq, priority) values (?, ?, ?)');
    for (const [ref, { seq, priority }] of remains.outbox) addToOutbox.run(ref, seq, priority);
    const keep = database.prepare('insert or replace into kept (key, value) values (?, ?)');
    for (const [key, value] of remains.kept) keep.run(key, value);
    if (about === undefined) return;
    const body = JSON.stringify({ ...toldOf(remains), ...about });
    const { boot, monotonicMs, wallMs, trusted } = last ?? { boot: '', monotonicMs: 0, wallMs: 0, trusted: 0 as const };
    // Behind whatever number there was, so that none stands for two rows.
    add.run({
      seq: remains.lastSeq + 1,
      boot,
      monotonicMs,
      wallMs,
      trusted,
      kind: 'salvage',
      ref: null,
      body,
      rank: ranks.proof,
    });
    keep.run(salvagedKey, body);
  });
  rest();
}
