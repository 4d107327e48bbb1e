import type { Action } from '#simulator/world/world.ts';
import { eventsOf, type Trace } from './checker.ts';

/** What befell the journal's file, in the order of time; that a copy was made is not among it. */
export function journalFates(trace: Trace): readonly { sequence: number; atMs: number; is: string }[] {
  return eventsOf(trace, 'action').flatMap(({ action, sequence, atMs }) =>
    isFate(action) ? [{ sequence, atMs, is: action.is }] : [],
  );
}

/** A hub that finds another journal than it has left does not know what it knew. */
export function isFate(action: Action): action is Extract<Action, { word: 'journal' }> {
  return action.word === 'journal' && action.is !== 'copied';
}

/** What waits as the journal's file has it: with a copy in its place, what waited when that was made. */
export interface Waiting<Told> {
  all: Map<string, Told>;
  /** Has the file's fate befall it. What can be read of a spoilt one is the hub's secret: nothing is known to wait. */
  befall(action: Action): void;
}

export function createWaiting<Told>(): Waiting<Told> {
  let copy: ReadonlyMap<string, Told> = new Map();
  const all = new Map<string, Told>();
  return {
    all,
    befall(action) {
      if (action.word !== 'journal') return;
      if (action.is === 'copied') {
        copy = new Map(all);
        return;
      }
      all.clear();
      if (action.is === 'restored') copy.forEach((told, ref) => all.set(ref, told));
    },
  };
}
