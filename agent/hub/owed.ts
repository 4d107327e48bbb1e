import { alarmPriority, type Entry, type Kept } from './ports.ts';

/**
 * Entries that are owed at one time; the outbox keeps no more in memory either. Of more, the oldest of the lowest priority
 * goes, what is settled before what waits: an alarm that waits is the last to go (B1.1, B13.2).
 */
export const owedLimit = 1_000;

/**
 * What the journal could not take, and takes as soon as it can again: reports that live in memory meanwhile, what settles
 * reports, and what is kept. Lines of the story are not owed: they would be written down under the wrong time.
 */
export interface Owed {
  isEmpty(): boolean;
  /** What is owed, and then this. */
  before(entries: readonly Entry[], kept: readonly Kept[]): [entries: readonly Entry[], kept: readonly Kept[]];
  /** Tells whether it is the first that is owed. */
  add(entries: readonly Entry[], kept: readonly Kept[]): boolean;
  clear(): void;
}

export function createOwed(): Owed {
  let owedEntries: OwedEntry[] = [];
  const owedKept = new Map<string, Kept>();
  const isEmpty = (): boolean => owedEntries.length === 0 && owedKept.size === 0;
  return {
    isEmpty,
    before: (entries, kept) => [
      [...owedEntries, ...entries],
      [...[...owedKept.values()].filter(({ key }) => kept.every((own) => own.key !== key)), ...kept],
    ],
    add(entries, kept) {
      const wasEmpty = isEmpty();
      owedEntries = withinLimit([...owedEntries, ...entries.filter(isOwed)]);
      for (const one of kept) owedKept.set(one.key, one);
      return wasEmpty && !isEmpty();
    },
    clear() {
      owedEntries = [];
      owedKept.clear();
    },
  };
}

type OwedEntry = Extract<Entry, { kind: 'report' | 'acknowledged' | 'superseded' }>;

function isOwed(entry: Entry): entry is OwedEntry {
  return entry.kind === 'report' || entry.kind === 'acknowledged' || entry.kind === 'superseded';
}

function withinLimit(entries: readonly OwedEntry[]): OwedEntry[] {
  let left = [...entries];
  while (left.length > owedLimit) {
    const worths = worthsOf(left);
    const least = left.reduce((a, b) => ((worths.get(b.ref) ?? 0) < (worths.get(a.ref) ?? 0) ? b : a));
    // A report goes with what settles it: alone that would be taken for an alarm's.
    left = left.filter(({ ref }) => ref !== least.ref);
  }
  return left;
}

/** What goes first has the least, by reference: the priority counts, then whether the report still waits. */
function worthsOf(entries: readonly OwedEntry[]): ReadonlyMap<string, number> {
  const priorities = new Map<string, number>();
  const settled = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === 'report') priorities.set(entry.ref, entry.priority);
    else settled.add(entry.ref);
  }
  // What settles a report of the journal's may be an alarm's; without it the centre hears that twice, and knows it.
  const known = (ref: string): number => priorities.get(ref) ?? alarmPriority;
  const refs = new Set([...priorities.keys(), ...settled]);
  return new Map([...refs].map((ref) => [ref, 2 * known(ref) + (settled.has(ref) ? 0 : 1)]));
}
