import type { Entry, Kept } from './ports.ts';

/** Entries that are owed at one time; the outbox keeps no more in memory either. */
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
  let owedEntries: Entry[] = [];
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
      owedEntries = [...owedEntries, ...entries.filter(isSettling)].slice(-owedLimit);
      for (const one of kept) owedKept.set(one.key, one);
      return wasEmpty && !isEmpty();
    },
    clear() {
      owedEntries = [];
      owedKept.clear();
    },
  };
}

function isSettling({ kind }: Entry): boolean {
  return kind === 'report' || kind === 'acknowledged' || kind === 'superseded';
}
