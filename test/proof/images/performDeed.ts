import { type JournalFile, openJournal } from '#agent/journal/journal.ts';
import { openJournalReader } from '#agent/journal/reader.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Deed, journalSize } from './life.ts';

/** Does a deed to the journal, where one is open, and returns the one that is open then, with the rows it wrote. */
export function performDeed(
  deed: Exclude<Deed, { does: 'kill' }>,
  { file, journal, log }: { file: string; journal: JournalFile | undefined; log: Log },
): { journal: JournalFile | undefined; rows: readonly number[] } {
  if (deed.does === 'open') return { journal: openJournal({ file, log, ...journalSize }), rows: [] };
  if (journal === undefined) throw new Error(`${deed.does}: the journal is not open`);
  switch (deed.does) {
    case 'close':
      journal.close();
      return { journal: undefined, rows: [] };
    case 'sync':
      journal.sync();
      return { journal, rows: [] };
    case 'commit':
      return { journal, rows: journal.commit(deed.stamp, deed.entries, deed.kept) };
    case 'retain':
      journal.retain(deed.stamp, deed.keptMs);
      return { journal, rows: [] };
    case 'wipe':
      journal.wipe(deed.stamp, deed.entry, deed.kept);
      return { journal, rows: [] };
  }
}

/** Everything that a journal says to those who ask it: its events, what waits and what is kept. */
export interface Contents {
  events: readonly { seq: number }[];
  pending: readonly object[];
  kept: readonly object[];
}

export function contentsOf(file: string, journal: JournalFile): Contents {
  const reader = openJournalReader(file);
  try {
    // Not the wall time that is worked out from later events (B12.2): it changes with them.
    const events = [...reader.events()].map(({ seq, kind, ref, stamp, body }) => ({ seq, kind, ref, stamp, body }));
    return { events, pending: [...journal.pending()], kept: journal.kept() };
  } finally {
    reader.close();
  }
}
