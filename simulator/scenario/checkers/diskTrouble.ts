import { minuteMs } from '#protocol/core/time.ts';
import { eventsOf, type Trace } from './checker.ts';

/**
 * What a disk could not take has its row so long after it is well, at the latest, and says how it was before; until then it
 * goes out behind the rest.
 */
export const owedMs = 2 * minuteMs;

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
