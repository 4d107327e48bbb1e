import type { Journal, Kept } from './ports.ts';

/** What the hub must remember over a restart, by name. It changes only with a commit (reports.ts). */
export interface Facts {
  get(key: string): unknown;
  /** The keys that begin so, and what is kept under them. */
  under(prefix: string): readonly Kept[];
  /** Takes over what was committed, or what the journal could not take: life goes on with it. */
  changed(kept: readonly Kept[]): void;
  /** Everything was wiped but this (B14.1). */
  clear(but: readonly Kept[]): void;
}

export function readFacts(journal: Pick<Journal, 'kept'>): Facts {
  const facts = new Map(journal.kept().map(({ key, value }) => [key, value]));
  return {
    get: (key) => facts.get(key),
    under: (prefix) =>
      [...facts].filter(([key]) => key.startsWith(prefix)).map(([key, value]): Kept => ({ key, value })),
    changed(kept) {
      for (const { key, value } of kept) {
        if (value === undefined) facts.delete(key);
        else facts.set(key, value);
      }
    },
    clear(but) {
      facts.clear();
      for (const { key, value } of but) facts.set(key, value);
    },
  };
}
