import { eventsOf, type Trace } from './checker.ts';
import { diskTrouble, owedMs } from './diskTrouble.ts';

/**
 * Tells whether the hub ran on from the one time to the other, both in milliseconds, with a disk that was well and had been
 * so for a while: what was to be written then is written.
 */
export function ranSteadily(trace: Trace): (fromMs: number, toMs: number) => boolean {
  const turns = eventsOf(trace, 'hub');
  const wasIll = diskTrouble(trace);
  return (fromMs, toMs) => {
    if (toMs > trace.endMs || wasIll(fromMs - owedMs, toMs)) return false;
    const before = turns.findLast(({ atMs }) => atMs < fromMs);
    const isRunning = before === undefined || before.is === 'starting';
    return isRunning && !turns.some(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  };
}
