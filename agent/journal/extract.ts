import type { ExtractPiece, ExtractRequest } from '#agent/hub/ports.ts';
import { csvEntry, csvHead, toJson } from './formats.ts';
import { isWithin, type JournalEvent, openJournalReader } from './reader.ts';

export const extractLimits = {
  /** Rows that are looked at for one piece: more would hold up whatever else the hub has to do. */
  rows: 5_000,
  /** Characters of the entries in one piece. An alarm behind it waits for no more than this on a slow link. */
  characters: 8_192,
  /** Characters of one entry: it goes alone when it is longer than a piece, and without its body beyond this. */
  entryCharacters: 16_384,
} as const;

/** Reads pieces of a journal, each bounded in rows and characters; each opens the file and closes it again. */
export function journalExtracts(file: string): (asked: ExtractRequest) => ExtractPiece {
  return (asked) => {
    const reader = openJournalReader(file);
    try {
      const { part, after, upTo } = asked.next ?? { part: 1, after: 0, upTo: reader.newest(1)[0]?.seq ?? 0 };
      const { taken, last, more } = take(reader.events({ after }), asked, upTo);
      const next = more ? { next: { part: part + 1, after: Math.max(after, last), upTo } } : {};
      return { part, count: taken.length, ...written(taken, asked, part), ...next };
    } finally {
      reader.close();
    }
  };
}

/** The entries of the period, as far as they fit; the last row that was looked at, and whether there are more rows. */
function take(
  events: Iterable<JournalEvent>,
  { fromMs = -Infinity, toMs = Infinity, format }: ExtractRequest,
  upTo: number,
): { taken: readonly JournalEvent[]; last: number; more: boolean } {
  const taken: JournalEvent[] = [];
  let [rows, characters, last] = [0, 0, 0];
  for (const read of events) {
    if (read.seq > upTo) break;
    if (rows >= extractLimits.rows) return { taken, last, more: true };
    rows += 1;
    if (isWithin(read, { fromMs, toMs })) {
      const event = shortened(read);
      characters += sizeOf(event, format);
      if (taken.length > 0 && characters > extractLimits.characters) return { taken, last, more: true };
      taken.push(event);
    }
    ({ seq: last } = read);
  }
  return { taken, last, more: false };
}

function sizeOf(event: JournalEvent, format: ExtractRequest['format']): number {
  return JSON.stringify(format === 'csv' ? csvEntry(event) : toJson(event)).length;
}

function shortened(event: JournalEvent): JournalEvent {
  const { length } = JSON.stringify(event.body);
  return length <= extractLimits.entryCharacters ? event : { ...event, body: { tooLong: length } };
}

function written(
  events: readonly JournalEvent[],
  { format }: ExtractRequest,
  part: number,
): Pick<ExtractPiece, 'entries' | 'text'> {
  if (format === 'json') return { entries: events.map(toJson) };
  return { text: [...(part === 1 ? [csvHead] : []), ...events.map(csvEntry)].join('') };
}
