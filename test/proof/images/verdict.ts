import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { JournalError } from '#agent/journal/errors.ts';
import { type JournalFile, openJournal } from '#agent/journal/journal.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Image } from './disk.ts';
import { journalSize, personal } from './life.ts';
import { contentsOf } from './performDeed.ts';

/** What becomes of an image when the journal's own code opens it. */
export type Verdict =
  /** The journal is as it must be; with `recovered` its log had to be read first. */
  | { is: 'clean' | 'recovered' }
  | { is: 'refused'; why: string }
  /** What had returned from its commit is not there. */
  | { is: 'lost'; why: string }
  /** Half an event, damage that nobody notices, an empty start in silence, a wiped thing that can be read. */
  | { is: 'wrong'; why: string };

/** What a journal may say after a power cut, each as JSON of its contents, and what it said before. */
export interface Expectation {
  allowed: readonly string[];
  /** By the words: after which deed they were said. */
  before: ReadonlyMap<string, number>;
  /** Everything personal was wiped, and that was claimed. */
  isWiped: boolean;
}

/** Lays the image down in the folder, which is made for it and removed, and opens it. */
export function judge(image: Image, expected: Expectation, folder: string): Verdict {
  if (expected.isWiped) {
    const telling = [...image].find(([, bytes]) => bytes.includes(personal));
    if (telling !== undefined) return { is: 'wrong', why: `${telling[0]} still gives away what was wiped` };
  }
  mkdirSync(folder);
  try {
    for (const [name, bytes] of image) writeFileSync(join(folder, name), bytes, { mode: 0o600 });
    return judgeFiles(image, expected, join(folder, 'journal.db'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function judgeFiles(image: Image, expected: Expectation, file: string): Verdict {
  const said: string[] = [];
  const tell = (_: object, message: string): number => said.push(message);
  const log: Log = { debug: tell, info: tell, warn: tell, error: tell };
  let journal: JournalFile | undefined;
  try {
    journal = openJournal({ file, log, ...journalSize });
    const isNew = !image.has('journal.db');
    if (isNew && said.length === 0) return { is: 'wrong', why: 'a new journal is begun, and nobody is told' };
    const words = JSON.stringify(contentsOf(file, journal));
    if (!expected.allowed.includes(words)) return toldWrong(words, expected);
    const problem = goesOn(journal, file);
    if (problem !== undefined) return { is: 'wrong', why: problem };
    return { is: (image.get('journal.db-wal')?.length ?? 0) > 0 ? 'recovered' : 'clean' };
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    return { is: 'refused', why: `${error.code}: ${error.message.replaceAll(file, 'journal.db')}` };
  } finally {
    journal?.close();
  }
}

function toldWrong(words: string, { before }: Expectation): Verdict {
  const deed = before.get(words);
  if (deed !== undefined) return { is: 'lost', why: `the journal is as after deed ${deed}` };
  return { is: 'wrong', why: 'the journal says what it said at no moment of its life' };
}

/** The hub goes on: the next alarm is taken, and the whole file is sound. */
function goesOn(journal: JournalFile, file: string): string | undefined {
  const stamp = { boot: 'boot-2', monotonicMs: 0, wallMs: 0, trusted: false };
  journal.commit(stamp, [{ kind: 'report', ref: 'next', priority: 9, body: { record: '{}', buffered: true } }]);
  if (journal.findPending('next') === undefined) return 'the next alarm is not taken';
  const database = new Database(file, { readonly: true });
  try {
    const found = database.pragma('integrity_check', { simple: true });
    return found === 'ok' ? undefined : `damage that nobody noticed: ${String(found)}`;
  } finally {
    database.close();
  }
}
