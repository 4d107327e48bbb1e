import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { type Checker, eventsOf, type Trace, type Violation } from './checker.ts';
import { diskTrouble, owedMs } from './diskTrouble.ts';

/** At time 0 the last one was just acknowledged: in the minutes in which the hub came into service. */
const bringUpMs = 5 * minuteMs;
/** What a hub takes from its deadline to its row. */
const slackMs = 5 * secondMs;
/** A hub that was off sends it as soon as it runs: when it has found out how long it was off. */
const afterStartMs = 2 * minuteMs;

/** The automatic test alarm comes 23 h after the one before, counted over restarts, and no sooner (B5.1). */
export const checkTestAlarms: Checker = (trace) => {
  if (isOutOfTheOrdinary(trace)) return [];
  const { everyMs } = trace.hub.testAlarm;
  const rows = eventsOf(trace, 'journal').filter(({ entry, report }) => entry === 'report' && report === 'test');
  const wasIll = diskTrouble(trace);
  const violations: Violation[] = [];
  let lastMs = 0;
  let earlyMs = bringUpMs;
  for (const { atMs, sequence, ref } of rows) {
    violations.push(...missing(lastMs + everyMs, atMs, trace));
    if (atMs < lastMs + everyMs - earlyMs - slackMs && !wasIll(lastMs - owedMs, lastMs)) {
      const message = `test alarm ${ref ?? ''} came ${hours(atMs - lastMs)} after the one before; right would be ${hours(everyMs)}`;
      violations.push({ rule: 'B5.1', atMs, message, event: sequence });
    }
    lastMs = atMs;
    earlyMs = 0;
  }
  return [...violations, ...missing(lastMs + everyMs, trace.endMs, trace)];
};

/** Orders that have nothing to do with it. */
const plain: readonly string[] = ['call', 'locate', 'close-visit', 'camera-visit', 'log-extract'];

/** Test alarms that somebody asked for, and a hub that cannot know how long it was off. */
function isOutOfTheOrdinary(trace: Trace): boolean {
  return eventsOf(trace, 'action').some(
    ({ action }) =>
      action.word === 'clock' ||
      (action.word === 'configure' && 'testAlarm' in action.layer) ||
      (action.word === 'command' && !plain.includes(action.name)),
  );
}

/** Due at a time, and not there by another. */
function missing(dueMs: number, byMs: number, trace: Trace): Violation[] {
  const latestMs = Math.max(dueMs + slackMs, runsSince(trace, dueMs) + afterStartMs);
  // A journal that takes nothing has no row of it, until the disk is well.
  if (byMs <= latestMs || diskTrouble(trace)(dueMs, latestMs)) return [];
  return [{ rule: 'B5.1', atMs: latestMs, message: 'the test alarm was due, and did not come' }];
}

/** Since when the hub has run at this time, or when it runs again: the past, unless it was off. */
function runsSince(trace: Trace, timeMs: number): number {
  let startedMs = Number.NEGATIVE_INFINITY;
  for (const event of eventsOf(trace, 'hub')) {
    const isOff = startedMs === Number.POSITIVE_INFINITY;
    if (event.atMs > timeMs + slackMs && !isOff) break;
    startedMs = event.is === 'starting' ? event.atMs : Number.POSITIVE_INFINITY;
  }
  return startedMs;
}

function hours(ms: number): string {
  return `${Math.floor(ms / hourMs)} h ${Math.round((ms % hourMs) / minuteMs)} min`;
}
