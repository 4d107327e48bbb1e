import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { migrations, pageBytes } from '#agent/journal/schema.ts';
import type { JournalFate } from './action.ts';

/** What SQLite keeps of a journal from one run to the next; the index of the log is made anew. */
const keptParts = ['', '-wal'];

/** Puts the files of a journal somewhere else as they are, log and all; what was there is gone. */
export function copyJournal(from: string, to: string): void {
  for (const part of keptParts) {
    if (existsSync(`${from}${part}`)) copyFileSync(`${from}${part}`, `${to}${part}`);
    else rmSync(`${to}${part}`, { force: true });
  }
  rmSync(`${to}-shm`, { force: true });
}

/** Takes a journal away, or the copy of one. */
export function removeJournal(file: string): void {
  for (const part of [...keptParts, '-shm']) rmSync(`${file}${part}`, { force: true });
}

/** Lets something befall a journal that no program has open and whose log is folded into it (`foldLog`). */
export function spoilJournal(file: string, fate: Exclude<JournalFate, 'copied' | 'restored'>): void {
  switch (fate) {
    case 'damaged':
      overwritePage(file, outboxPage);
      return;
    case 'gone':
      removeJournal(file);
      return;
    case 'newer':
      writeAsNewer(file);
  }
}

/** What waits begins here: it is the second table that a new journal gets. */
const outboxPage = 3;

/** Writes something without a meaning over a page, counted from 1. */
export function overwritePage(file: string, page: number): void {
  overwriteBytes(file, (page - 1) * pageBytes, pageBytes);
}

/** Writes something without a meaning over some bytes. */
export function overwriteBytes(file: string, at: number, length: number): void {
  const bytes = readFileSync(file);
  bytes.fill(0xa5, at, at + length);
  writeFileSync(file, bytes);
}

/** Where SQLite keeps the version that the application gives to its file (SQLite's file format, 1.3). */
const userVersionAt = 60;

/** Says that a program newer than ours has written it. */
export function writeAsNewer(file: string): void {
  const bytes = readFileSync(file);
  bytes.writeUInt32BE(migrations.length + 1, userVersionAt);
  writeFileSync(file, bytes);
}
