import { eventsOf, type Trace } from './checker.ts';

/** Tells whether the disk was full or failing at any moment from the one time to the other, both in milliseconds. */
export function diskTrouble(trace: Trace): (fromMs: number, toMs: number) => boolean {
  const changes = eventsOf(trace, 'action').flatMap(({ action, atMs }) =>
    action.word === 'disk' ? [{ atMs, isWell: action.is === 'ok' }] : [],
  );
  const times = changes.flatMap(({ atMs, isWell }, place) =>
    isWell ? [] : [{ fromMs: atMs, toMs: changes.slice(place).find((other) => other.isWell)?.atMs ?? trace.endMs }],
  );
  return (fromMs, toMs) => times.some((time) => time.fromMs <= toMs && time.toMs >= fromMs);
}
