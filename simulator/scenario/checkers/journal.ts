import { type Checker, eventsOf, type Violation } from './checker.ts';

/** The journal can be read by another program, without a gap, and holds what was committed (B1.1, B13.1). */
export const checkJournal: Checker = (trace) => {
  const { journal, endMs } = trace;
  if (!journal.ok) return [{ rule: 'B13.1', atMs: endMs, message: `the journal cannot be read: ${journal.problem}` }];
  const violations: Violation[] = [];
  let last: number | undefined;
  const rows = new Map<number, string>();
  for (const { row, entry, ref } of journal.value) {
    rows.set(row, `${entry} ${ref ?? ''}`);
    if (last !== undefined && row !== last + 1) {
      violations.push({ rule: 'B13.1', atMs: endMs, message: `row ${row} of the journal follows row ${last}` });
    }
    last = row;
  }
  const committed = eventsOf(trace, 'journal');
  // A hub that has ended keeps nothing of what was before (B14.1).
  const firstKept = committed.findLast(({ wiped }) => wiped === true)?.row ?? 0;
  for (const { row, entry, ref, sequence, atMs } of committed) {
    if (row >= firstKept && rows.get(row) !== `${entry} ${ref ?? ''}`) {
      const message = `row ${row} (${entry} ${ref ?? ''}) was committed, but is not in the journal at the end`;
      violations.push({ rule: 'B1.1', atMs, message, event: sequence });
    }
  }
  return violations;
};
