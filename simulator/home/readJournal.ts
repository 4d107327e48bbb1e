import { openJournalReader } from '#agent/journal/reader.ts';

/** What the journal on disk says, read as another program would: reported, acknowledged, and waiting no longer. */
export function isDelivered(file: string, ref: string): boolean {
  const journal = openJournalReader(file);
  try {
    const kinds = journal.story(ref).map(({ kind }) => kind);
    return kinds.includes('report') && kinds.includes('acknowledged') && !journal.waits(ref);
  } finally {
    journal.close();
  }
}

/** The last ten lines, for people. */
export function lastOfJournal(file: string): string[] {
  const journal = openJournalReader(file);
  try {
    return journal
      .newest(10)
      .map(
        ({ seq, wallMs, kind, ref }) =>
          `${String(seq).padStart(6)}  ${timeOf(wallMs)}  ${kind.padEnd(14)} ${ref ?? ''}`,
      );
  } finally {
    journal.close();
  }
}

function timeOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ');
}
