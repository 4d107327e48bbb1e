import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalFile } from '#agent/journal/journal.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Deed } from './life.ts';
import { type Contents, contentsOf, performDeed } from './performDeed.ts';

/** What a journal may say when the power goes while a deed is done: as before it, as after it, or halfway. */
export interface DeedStates {
  during: readonly string[];
  after: string;
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

const nothing: Contents = { events: [], pending: [], kept: [] };

/** Lives the life once without any power cut, and asks the journal after each deed. */
export function livePeacefully(life: readonly Deed[], parent: string): readonly DeedStates[] {
  const folder = mkdtempSync(join(parent, 'peaceful-'));
  const file = join(folder, 'journal.db');
  let journal: JournalFile | undefined;
  let before = nothing;
  try {
    return life.map((deed) => {
      const open = deed.does === 'kill' ? ({ does: 'close' } as const) : deed;
      const done = performDeed(open, { file, journal, log: silent });
      journal = done.journal;
      const after = journal === undefined ? before : contentsOf(file, journal);
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
