import type { WorldEvent, WorldState } from '#simulator/world/world.ts';
import type { LookedFor, LookedForState } from './scenario.ts';

/**
 * Whether an event is what is looked for. A report is its first arrival at a centre, whatever the answer: what comes
 * again by the same reference is no further report.
 */
export function matches(event: WorldEvent, lookedFor: LookedFor): boolean {
  if (lookedFor.journal !== undefined) return event.kind === 'journal' && event.entry === lookedFor.journal;
  if (lookedFor.log !== undefined) return event.kind === 'log' && event.level === lookedFor.log;
  if (event.kind === 'heartbeat') return isHeartbeat(lookedFor) && (lookedFor.at ?? event.at) === event.at;
  if (event.kind !== 'arrival' || event.repeat) return false;
  const { report, from, status, priority, at, buffered } = lookedFor;
  return (
    (report ?? event.report) === event.report &&
    (from ?? event.from) === event.from &&
    (status ?? event.status) === event.status &&
    (priority ?? event.priority) === event.priority &&
    (at ?? event.at) === event.at &&
    (buffered ?? event.buffered) === event.buffered
  );
}

/** Only who says so looks for heartbeats: "any report by the hub" means one that was worth a row in the journal. */
function isHeartbeat({ report, from }: LookedFor): boolean {
  return report === 'heartbeat' && (from ?? 'hub') === 'hub';
}

/** How many there are between two times of the scenario in milliseconds, both included. */
export function countMatches(
  events: readonly WorldEvent[],
  lookedFor: LookedFor,
  fromMs: number,
  toMs: number,
): number {
  return events.filter((event) => event.atMs >= fromMs && event.atMs <= toMs && matches(event, lookedFor)).length;
}

/** What is looked for, in words: `alarm from pendant, status 10, buffered`. */
export function wordsOf(lookedFor: LookedFor): string {
  const { report, from, status, priority, at, buffered, journal, log } = lookedFor;
  if (journal !== undefined) return `journal entry ${journal}`;
  if (log !== undefined) return `log line of level ${log}`;
  const parts = [
    `${report ?? 'report'}${from === undefined ? '' : ` from ${from}`}`,
    ...(status === undefined ? [] : [`status ${status}`]),
    ...(priority === undefined ? [] : [`priority ${priority}`]),
    ...(at === undefined ? [] : [`at ${at}`]),
    ...(buffered === undefined ? [] : [buffered ? 'buffered' : 'not buffered']),
  ];
  return parts.join(', ');
}

interface Difference {
  key: string;
  expected: string;
  actual: string;
}

/** The first key in which the state is not as it is looked for, or nothing. */
export function stateDiffers(state: WorldState, lookedFor: LookedForState): Difference | undefined {
  const { link, path, waiting } = state;
  const actual: Readonly<Record<string, unknown>> = { link, path, waiting };
  const found = Object.entries(lookedFor).find(([key, expected]) => actual[key] !== expected);
  if (found === undefined) return undefined;
  const [key, expected] = found;
  return { key, expected: String(expected), actual: String(actual[key]) };
}
