import { secondMs } from '#protocol/core/time.ts';
import { eventsOf, type Trace } from './checker.ts';

/** What was under way when something changed has arrived by then, or never does. */
export const settleMs = 30 * secondMs;

/** When a bad link is as usual again, what was sent on it before is still under way, and what follows waits behind it. */
export function isSettling(timeMs: number, trace: Trace): boolean {
  return eventsOf(trace, 'link').some(
    ({ atMs }, place, all) => atMs <= timeMs && atMs + settleMs >= timeMs && all[place - 1]?.difficulties !== undefined,
  );
}
