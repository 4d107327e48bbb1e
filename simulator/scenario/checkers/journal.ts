import { type Checker, type EventOf, eventsOf, type Trace, type Violation } from './checker.ts';
import { journalFates } from './journalFates.ts';

/** The journal can be read by another program, and holds what was committed, without a gap (B1.1, B13.1). */
export const checkJournal: Checker = (trace) => {
  const { journal, endMs } = trace;
  if (!journal.ok) return [{ rule: 'B13.1', atMs: endMs, message: `the journal cannot be read: ${journal.problem}` }];
  const rows = new Map(journal.value.map(({ row, entry, ref }) => [row, `${entry} ${ref ?? ''}`]));
  const violations = mayHaveGaps(trace) ? [] : gapsIn([...rows.keys()], endMs);
  for (const event of committedToStay(trace)) {
    const { row, entry, ref, sequence, atMs } = event;
    if (rows.get(row) === `${entry} ${ref ?? ''}`) continue;
    const message = `row ${row} (${entry} ${ref ?? ''}) was committed, but is not in the journal at the end`;
    violations.push({ rule: 'B1.1', atMs, message, event: sequence });
  }
  return violations;
};

function gapsIn(rows: readonly number[], endMs: number): Violation[] {
  return rows.flatMap((row, place) => {
    const last = rows[place - 1];
    if (last === undefined || row === last + 1) return [];
    return [{ rule: 'B13.1', atMs: endMs, message: `row ${row} of the journal follows row ${last}` }];
  });
}

/** A full disk, or rows that are too old: then the lowest go, the oldest first (B13.2). */
function mayHaveGaps(trace: Trace): boolean {
  // What was lost of a spoilt one is lost.
  if (journalFates(trace).some(({ is }) => is !== 'restored')) return true;
  const wasFull = eventsOf(trace, 'action').some(({ action }) => action.word === 'disk' && action.is === 'full');
  return wasFull || eventsOf(trace, 'journal').some(({ entry }) => entry === 'retention');
}

function committedToStay(trace: Trace): EventOf<'journal'>[] {
  const committed = eventsOf(trace, 'journal');
  // A hub that has ended keeps nothing of what was before (B14.1).
  const firstKept = committed.findLast(({ wiped }) => wiped === true)?.row ?? 0;
  const oldestMs = trace.endMs - trace.hub.journal.keepMs;
  const otherSince = journalFates(trace).at(-1)?.sequence ?? 0;
  const kept = committed.filter(
    ({ row, atMs, sequence }) => row >= firstKept && atMs >= oldestMs && sequence > otherSince,
  );
  if (!mayHaveGaps(trace)) return kept;
  // On a full disk what is settled goes, alarms last; what waits for the centre stays.
  const settled = new Set(committed.flatMap(({ entry, ref }) => (entry === 'report' ? [] : [ref])));
  return kept.filter(({ entry, ref }) => entry === 'report' && !settled.has(ref));
}
