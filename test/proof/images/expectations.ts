import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalFile } from '#agent/journal/journal.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Contents, contentsOf, performDeed } from './performDeed.ts';
import type { Recording } from './recorder.ts';

/** What a journal may say when the power goes while a deed is done: as before it, as after it, or halfway. */
export interface DeedStates {
  during: readonly string[];
  after: string;
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** What a new journal says. */
const nothing: Contents = { events: [], pending: [], kept: [] };

/** Lives the life once without any power cut, with what it found there, and asks the journal after each deed. */
export function livePeacefully({ life, found }: Recording, parent: string): readonly DeedStates[] {
  const folder = mkdtempSync(join(parent, 'peaceful-'));
  found.forEach((bytes, name) => writeFileSync(join(folder, name), bytes, { mode: 0o600 }));
  const file = join(folder, 'journal.db');
  let journal: JournalFile | undefined;
  let before: Contents | undefined = found.size === 0 ? nothing : undefined;
  try {
    return life.map((deed) => {
      const open = deed.does === 'kill' ? ({ does: 'close' } as const) : deed;
      const done = performDeed(open, { file, journal, log: silent });
      journal = done.journal;
      const after: Contents = journal === undefined ? (before ?? nothing) : contentsOf(file, journal);
      // What a journal that is found says is known when it has been opened.
      before ??= after;
      // A full journal makes room first, and that is a commit of its own.
      const roomMade = { ...before, events: after.events.filter(({ seq }) => !done.rows.includes(seq)) };
      const halfway = deed.does === 'commit' ? [JSON.stringify(roomMade)] : [];
      const states = { during: [...new Set([JSON.stringify(before), ...halfway])], after: JSON.stringify(after) };
      before = after;
      return states;
    });
  } finally {
    journal?.close();
    rmSync(folder, { recursive: true });
  }
}
