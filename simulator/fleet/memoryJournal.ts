import type { Journal, Kept, PendingReport, Stamp } from '#agent/hub/ports.ts';

/** A journal in memory, for hubs that live without a disk: what waits, what is kept, and how many rows there were. */
export function createMemoryJournal(): Journal {
  const waiting = new Map<string, PendingReport>();
  const kept = new Map<string, Kept>();
  let rows = 0;
  let last: Stamp | undefined;

  return {
    commit(stamp, entries, keep = []) {
      for (const fact of keep) {
        if (fact.value === undefined) kept.delete(fact.key);
        else kept.set(fact.key, fact);
      }
      if (entries.length > 0) last = stamp;
      return entries.map((entry) => {
        rows += 1;
        if (entry.kind === 'report') {
          const { ref, priority, body } = entry;
          waiting.set(ref, { seq: rows, ref, priority, stamp, body });
        } else if (entry.kind === 'acknowledged' || entry.kind === 'superseded') {
          waiting.delete(entry.ref);
        }
        return rows;
      });
    },
    kept: () => [...kept.values()],
    lastStamp: () => last,
    retain: () => ({ removed: 0, more: false }),
    wasFull: () => false,
    pending: () => [...waiting.values()].toSorted((a, b) => b.priority - a.priority || a.seq - b.seq),
    findPending: (ref) => waiting.get(ref),
    sync() {},
    wipe(_stamp, _entry, keep) {
      const removed = { entries: rows, reports: waiting.size, kept: kept.size };
      waiting.clear();
      kept.clear();
      keep.forEach((fact) => kept.set(fact.key, fact));
      rows = 1;
      return { removed, left: { entries: rows, reports: 0, kept: kept.size } };
    },
  };
}
