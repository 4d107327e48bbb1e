import type { Case } from './events.ts';

/** Reports remembered in memory by (hub, ref), so that a repeat opens no second case. The oldest is forgotten first. */
const rememberedReports = 100_000;

/** The cases of a centre: in memory, or in a file that outlives it (store/store.ts). */
export interface CaseBook {
  find(hub: string, ref: string): Case | undefined;
  /** Takes a new one in, with the exact text of its record. */
  add(opened: Case, recordText: string): void;
  /** It has arrived again, or has another answer. */
  keepArrival(known: Case): void;
  /** It has taken a step. */
  keepCourse(known: Case): void;
  /** The newest so many, oldest first. */
  newest(count: number): readonly Case[];
  /** Those whose course is not at its end. */
  open(): readonly Case[];
}

/** Neither part can hold the slash. */
export function caseName({ hub, ref }: { hub: string; ref: string }): string {
  return `${hub}/${ref}`;
}

/** Whether somebody still has to do something for it. */
export function isOpen({ course }: Case): boolean {
  return course !== undefined && course.stage !== 'closed';
}

/** Remembers `remember` cases, and nothing when the program is gone. */
export function createCaseBook(remember = rememberedReports): CaseBook {
  // A Map keeps the order of opening, so that its first key is the oldest case.
  const cases = new Map<string, Case>();
  return {
    find: (hub, ref) => cases.get(caseName({ hub, ref })),
    add(opened) {
      cases.set(caseName(opened), opened);
      const oldest = cases.size > remember ? cases.keys().next().value : undefined;
      if (oldest !== undefined) cases.delete(oldest);
    },
    keepArrival() {},
    keepCourse() {},
    newest: (count) => [...cases.values()].slice(-count),
    open: () => [...cases.values()].filter(isOpen),
  };
}
