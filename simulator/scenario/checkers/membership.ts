import { eventsOf, type Trace } from './checker.ts';

/** Who is of this home while a story goes on: a centre enrols and forgets (B14.2), and the hub may end (B14.1). */
export interface Membership {
  /** Whether the accessory is enrolled for certain: of the home's own list, and nobody has asked to forget it. */
  isEnrolled(name: string, atMs: number): boolean;
  /** Whether the accessory came while the story went on. */
  isNew(name: string): boolean;
}

export function membershipOf(trace: Trace): Membership {
  const own = new Map(trace.hub.accessories.map(({ id, name }) => [name, id]));
  const names = new Set([...own.keys(), ...trace.hub.tags.map(({ name }) => name), 'hub']);
  const endedMs = eventsOf(trace, 'journal').find(({ wiped }) => wiped === true)?.atMs ?? Number.POSITIVE_INFINITY;
  const forgotten = eventsOf(trace, 'action').flatMap(({ action, atMs }) =>
    action.word === 'command' && action.name === 'forget' ? [{ atMs, ...action.details }] : [],
  );
  return {
    isEnrolled: (name, atMs) =>
      own.has(name) &&
      atMs < endedMs &&
      !forgotten.some((one: Forgotten) => one.atMs <= atMs && (one.name === name || one.id === own.get(name))),
    isNew: (name) => !names.has(name),
  };
}

interface Forgotten {
  atMs: number;
  name?: unknown;
  id?: unknown;
}
