import { secondMs } from '#protocol/core/time.ts';
import { answers } from '#protocol/scaip/codes.ts';
import type { ArrivalEvent, WorldEvent } from '#simulator/world/world.ts';
import { type Checker, type EventOf, eventsOf, type Trace, type Violation } from './checker.ts';
import { type ClearWay, clearWays, isClear } from './clearWay.ts';
import { settleMs } from './settling.ts';
import { ranSteadily } from './steady.ts';

/** What a message may take from the hub to a centre where nothing stands between them. */
const underWayMs = 2 * secondMs;
/** The hub asks for so many at once; behind them others wait for their turn. */
const atOnce = 32;

type Arrival = WorldEvent & ArrivalEvent;

/**
 * What one centre does not treat goes to the other: after its time for an answer, or after the longest hold; and to the
 * primary as soon as that is there again (B2.2, B2.4). Of a way that has just changed this is no judge.
 */
export const checkNextPath: Checker = (trace) => {
  const arrivals = Map.groupBy(eventsOf(trace, 'arrival'), ({ ref }) => ref);
  const settled = new Map(
    eventsOf(trace, 'journal').flatMap(({ entry, ref, atMs }) =>
      ref !== undefined && (entry === 'acknowledged' || entry === 'superseded') ? [[ref, atMs] as const] : [],
    ),
  );
  if (arrivals.size === 0) return [];
  const known: Known = {
    trace,
    ways: { primary: clearWays(trace, 'primary'), reserve: clearWays(trace, 'reserve') },
    settled,
    isSteady: ranSteadily(trace),
    isInUse: pathsInUse(trace),
    isMeanwhile: reserveFirst(trace),
    isCrowded: crowds(trace),
  };
  return [...arrivals.values()].flatMap((list) =>
    list.flatMap((arrival, place) => {
      const isFirstHold = isHeld(arrival) && !isHeld(list[place - 1]);
      return (isFirstHold ? heldOn(arrival, list.slice(place), known) : notElsewhere(arrival, list, known)) ?? [];
    }),
  );
};

interface Known {
  trace: Trace;
  ways: Readonly<Record<Arrival['at'], readonly ClearWay[]>>;
  settled: ReadonlyMap<string, number>;
  isSteady(fromMs: number, toMs: number): boolean;
  /** Whether the primary was the path in use, by the heartbeats, with no change since. */
  isInUse(timeMs: number): boolean;
  /** Whether the reserve was the first to be connected, and the primary not yet. */
  isMeanwhile(timeMs: number): boolean;
  isCrowded(timeMs: number): boolean;
}

function notElsewhere({ ref, at, atMs, answer, forged, sequence }: Arrival, list: readonly Arrival[], known: Known) {
  const { ways, settled, isSteady, isInUse, isCrowded, trace } = known;
  const isPostponed = answer !== answers.hold.code && (answer !== answers.handled.code || forged === true);
  const isAnswered = answer !== undefined && forged !== true;
  const dueMs = atMs + (isAnswered ? 0 : trace.hub.paths.answerWithinMs) + underWayMs;
  if (!isPostponed || dueMs >= (settled.get(ref) ?? trace.endMs)) return undefined;
  const fromMs = Math.max(0, atMs - settleMs);
  if (!isSteady(fromMs, dueMs) || isCrowded(atMs)) return undefined;
  if (at === 'primary') {
    const isSure = isInUse(atMs) && isClear(ways.primary, fromMs, dueMs) && isClear(ways.reserve, fromMs, dueMs);
    const isThere = list.some((other) => other.at === 'reserve' && other.atMs >= fromMs && other.atMs <= dueMs);
    if (!isSure || isThere) return undefined;
    return told(dueMs, `${ref} was not treated by the primary centre, and did not come to the reserve`, sequence);
  }
  return comeBack({ ref, atMs }, list, known);
}

/** The primary came behind a reserve that was asked in vain: it is the next one. One that was lost must first prove itself. */
function comeBack({ ref, atMs }: { ref: string; atMs: number }, list: readonly Arrival[], known: Known) {
  const { trace, ways, settled, isSteady, isMeanwhile } = known;
  const lastMs = atMs + trace.hub.paths.answerWithinMs;
  if (!isMeanwhile(atMs)) return undefined;
  const way = ways.primary.find(({ fromMs, byConnection }) => byConnection && fromMs > atMs && fromMs < lastMs);
  const dueMs = lastMs + underWayMs;
  if (way === undefined || way.toMs <= dueMs || !isSteady(atMs, dueMs)) return undefined;
  if (dueMs >= (settled.get(ref) ?? trace.endMs)) return undefined;
  if (list.some((other) => other.at === 'primary' && other.atMs >= way.fromMs && other.atMs <= dueMs)) return undefined;
  return told(dueMs, `${ref} was not treated by the reserve, and did not come to the primary centre, which was back`);
}

/** Nobody holds a report for longer than is configured. */
function heldOn(first: Arrival, list: readonly Arrival[], { trace, ways, isSteady, isInUse, settled }: Known) {
  const { holdAtMostMs, holdEveryMs, answerWithinMs } = trace.hub.paths;
  const { ref, atMs } = first;
  const dueMs = atMs + holdAtMostMs + 2 * holdEveryMs + answerWithinMs;
  const fromMs = Math.max(0, atMs - settleMs);
  const isSure =
    isInUse(atMs) &&
    isSteady(fromMs, dueMs) &&
    isClear(ways.primary, fromMs, dueMs) &&
    isClear(ways.reserve, fromMs, dueMs);
  if (!isSure || dueMs >= (settled.get(ref) ?? trace.endMs)) return undefined;
  const until = list.filter((other) => other.atMs <= dueMs);
  if (!until.every(isHeld)) return undefined;
  return told(dueMs, `${ref} was held for ${dueMs - atMs} ms, and did not come to the reserve`);
}

function isHeld(arrival: Arrival | undefined): boolean {
  return arrival?.at === 'primary' && arrival.answer === answers.hold.code;
}

function told(atMs: number, message: string, event?: number): Violation[] {
  return [{ rule: 'B2.2', atMs, message, ...(event === undefined ? {} : { event }) }];
}

/** The heartbeats go on the path in use. */
function pathsInUse(trace: Trace): Known['isInUse'] {
  type Turn = EventOf<'heartbeat'> | EventOf<'path'> | EventOf<'hub'>;
  const turns = trace.events.filter(
    (event): event is Turn =>
      (event.kind === 'heartbeat' && !event.probe) || event.kind === 'path' || event.kind === 'hub',
  );
  const times = turns.map(({ atMs }) => atMs);
  return (timeMs) => {
    const last = turns[placeOf(times, timeMs)];
    return last?.kind === 'heartbeat' && last.at === 'primary' && last.answered;
  };
}

function reserveFirst({ events }: Trace): Known['isMeanwhile'] {
  const connected = new Set<string>(['primary', 'reserve']);
  const changes: { atMs: number; is: boolean }[] = [];
  for (const event of events) {
    if (event.kind !== 'path' && event.kind !== 'hub') continue;
    const wasNone = connected.size === 0;
    if (event.kind === 'hub') connected.clear();
    else if (event.is === 'up') connected.add(event.at);
    else connected.delete(event.at);
    changes.push({ atMs: event.atMs, is: wasNone && connected.has('reserve') });
  }
  const times = changes.map(({ atMs }) => atMs);
  return (timeMs) => changes[placeOf(times, timeMs)]?.is === true;
}

function crowds(trace: Trace): Known['isCrowded'] {
  let waiting = 0;
  const changes = eventsOf(trace, 'journal').flatMap(({ entry, atMs }) => {
    if (entry === 'report') waiting += 1;
    else if (entry === 'acknowledged' || entry === 'superseded') waiting -= 1;
    else return [];
    return [{ atMs, waiting }];
  });
  const times = changes.map(({ atMs }) => atMs);
  return (timeMs) => (changes[placeOf(times, timeMs)]?.waiting ?? 0) > atOnce;
}

/** The place of the last of these times, which rise, that is not later; -1 when all are. */
function placeOf(times: readonly number[], timeMs: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
