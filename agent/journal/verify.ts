import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import Database from 'better-sqlite3';
import { asJournalError, JournalError, type JournalErrorCode } from './errors.ts';
import { takeLock } from './lock.ts';
import { readRemains } from './remains.ts';
import { setAsideFiles } from './salvage.ts';
import { checkContent, checkLog, checkOwner } from './soundness.ts';

/** What a look at a journal has found. It is never changed by it. */
export interface JournalCheck {
  is: 'sound' | 'missing' | 'damaged' | 'newer' | 'foreign' | 'unreadable';
  /** In whole sentences: how it is, and what to do where something is to be done. */
  says: string;
  advice?: string;
  entries: number;
  /** Reports that the centre has not acknowledged. */
  waiting: number;
  kept: number;
  /** Of a damaged one: what nobody can read any more. */
  lostPages: number;
  lostReports: readonly string[];
  /** Damaged ones that were set aside before, and are kept. */
  setAside: readonly string[];
}

type Readable = Pick<JournalCheck, 'entries' | 'waiting' | 'kept' | 'lostPages' | 'lostReports'>;

const nothing: Readable = { entries: 0, waiting: 0, kept: 0, lostPages: 0, lostReports: [] };

const wornCard = 'A card or disk that damages files is worn or loses its power: exchange it, and look at its supply.';

type Wrong = Exclude<JournalCheck['is'], 'sound' | 'missing'>;

const kinds: Partial<Record<JournalErrorCode, Wrong>> = {
  'journal/damaged': 'damaged',
  'journal/newer': 'newer',
  'journal/foreign': 'foreign',
};

const advices: Readonly<Record<Wrong, string>> = {
  damaged: `Nothing is to be done by hand: when the hub starts it sets the file aside, whole, goes on with what can be read, and reports it. ${wornCard}`,
  newer:
    'Install the newer version again. If this one is started, it sets the file aside, whole, and goes on with what waits and what is kept.',
  foreign: 'Name another file in the configuration (journal: file). Until then the hub works without a journal.',
  unreadable:
    'The hub works without a journal meanwhile and tries again by itself. Look at the folder, its rights and how its disk is mounted (mount, dmesg).',
};

/**
 * Looks a journal through: `whole` reads every page, which takes a while; without it what the hub lives on. It may be done
 * while the hub runs.
 */
export function checkJournalFile(path: string, depth: 'whole' | 'short'): JournalCheck {
  const file = resolve(path);
  const setAside = setAsideFiles(file);
  if (!existsSync(file) && !existsSync(`${file}-wal`)) return { ...nothing, ...missing(file), setAside };
  try {
    return { ...nothing, ...lookThrough(file, depth), is: 'sound', setAside };
  } catch (error) {
    const reason = asJournalError(error, file);
    const is = kinds[reason.code] ?? 'unreadable';
    const readable = is === 'damaged' || is === 'newer' ? remainsOf(file) : nothing;
    return { ...readable, is, says: saysOf(reason, readable), advice: advices[is], setAside };
  }
}

function missing(file: string): Pick<JournalCheck, 'is' | 'says' | 'advice'> {
  if (!existsSync(`${file}.lock`)) {
    return { is: 'missing', says: `${file}: there is none yet; the hub makes it when it starts.` };
  }
  return {
    is: 'missing',
    says: `${file} is gone, though a hub has run here.`,
    advice: `The hub begins a new one and reports the loss. If there is a copy, put it in its place first. ${wornCard}`,
  };
}

function saysOf({ message }: JournalError, { entries, waiting, kept, lostPages, lostReports }: Readable): string {
  if (entries + waiting + kept + lostPages === 0) return `${message}.`;
  const lost = lostPages === 0 ? 'no page is lost' : `${lostPages} pages are lost`;
  const reports = lostReports.length === 0 ? '' : `; of what waited ${lostReports.join(', ')} cannot be read`;
  return `${message}. What can be read: ${entries} entries, ${waiting} reports that wait, ${kept} things that are kept; ${lost}${reports}.`;
}

function remainsOf(file: string): Readable {
  const remains = readRemains(file);
  remains.close();
  const { events: entries, outbox, kept, lostPages } = remains;
  return { entries, waiting: outbox.size, kept: kept.size, lostPages, lostReports: remains.lostReports };
}

function lookThrough(
  file: string,
  depth: 'whole' | 'short',
): Pick<JournalCheck, 'says' | 'entries' | 'waiting' | 'kept'> {
  // Of a log that is being written to, nobody can say where it ends.
  if (!isRunning(file)) checkLog(file);
  if (statSync(file).size === 0) throw new JournalError('journal/damaged', `${file} is empty`);
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    checkOwner(database, file);
    if (depth === 'whole') {
      const damage = database.pragma('integrity_check(1)', { simple: true });
      if (damage !== 'ok') throw new JournalError('journal/damaged', `${file} is damaged (${String(damage)})`);
    }
    checkContent(database, file);
    const count = (table: string): number => Number(database.prepare(`select count(*) from ${table}`).pluck().get());
    const [entries, waiting, kept] = [count('event'), count('outbox'), count('kept')];
    const looked = depth === 'whole' ? 'every page was read' : 'what the hub lives on can be read';
    return {
      says: `${file} is sound, ${looked}: ${entries} entries, ${waiting} of them wait for the centre.`,
      entries,
      waiting,
      kept,
    };
  } finally {
    database.close();
  }
}

/** Whether a hub runs on this journal: then its ports are its own, and nobody asks behind its back. */
export function isRunning(file: string): boolean {
  if (!existsSync(`${file}.lock`)) return false;
  try {
    takeLock(file)();
    return false;
  } catch (error) {
    return error instanceof JournalError && error.code === 'journal/in-use';
  }
}
