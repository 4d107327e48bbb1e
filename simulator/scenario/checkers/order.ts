import { secondMs } from '#protocol/core/time.ts';
import type { ArrivalEvent, CentreName, WorldEvent } from '#simulator/world/world.ts';
import { type Checker, type EventOf, eventsOf, type Trace, type Violation } from './checker.ts';
import { type ClearWay, clearWays, isClear } from './clearWay.ts';
import { diskTrouble, owedMs } from './diskTrouble.ts';
import { isSettling, settleMs } from './settling.ts';

/** What went out before an alarm was committed has arrived by then, where nothing stands in between. */
const underWayMs = secondMs / 2;
/** The hub asks for so many at once; of those alike, one more waits for its turn. */
const atOnce = 32;

type Arrival = WorldEvent & ArrivalEvent;

/** A report in the journal: the more urgent goes first, and of those alike the older (B2.6). */
interface Reported {
  ref: string;
  atMs: number;
  row: number;
  priority: number;
}

/**
 * What waits when a path comes back goes out the most urgent first, and of those alike the oldest; and nothing that is
 * less urgent is heard before a new alarm, however much waits (B2.6, B7.6).
 */
export const checkOrder: Checker = (trace) => {
  const known: Known = {
    trace,
    reported: new Map(reportedIn(trace).map((one) => [one.ref, one])),
    ways: { primary: clearWays(trace, 'primary'), reserve: clearWays(trace, 'reserve') },
  };
  return (['primary', 'reserve'] as const).flatMap((at) => {
    const arrivals = eventsOf(trace, 'arrival').filter((arrival) => arrival.at === at);
    return [...outOfTurn(at, arrivals, known), ...passed(at, arrivals, known)];
  });
};

interface Known {
  trace: Trace;
  reported: ReadonlyMap<string, Reported>;
  ways: Readonly<Record<CentreName, readonly ClearWay[]>>;
}

const other = { primary: 'reserve', reserve: 'primary' } as const satisfies Record<CentreName, CentreName>;

/** What a bad disk took late has no place of its own among the others. */
function reportedIn(trace: Trace): Reported[] {
  const wasIll = diskTrouble(trace);
  return eventsOf(trace, 'journal').flatMap(({ entry, ref, atMs, row, priority }: EventOf<'journal'>) =>
    entry === 'report' && ref !== undefined && priority !== undefined && !wasIll(atMs - owedMs, atMs)
      ? [{ ref, atMs, row, priority }]
      : [],
  );
}

/** With the first connection after a time without any, all that waits is to be asked at once: each in its turn. */
function outOfTurn(at: CentreName, arrivals: readonly Arrival[], { trace, reported, ways }: Known): Violation[] {
  const turns = connectionsOf(trace);
  return ways[at].flatMap(({ fromMs, toMs, byConnection }) => {
    if (!byConnection || turns.isUp(other[at], fromMs) || isUnsettled(trace, at, fromMs)) return [];
    const endMs = Math.min(toMs, turns.nextUpMs(other[at], fromMs));
    const seen = new Set<string>();
    let last: Reported | undefined;
    return between(arrivals, fromMs, endMs).flatMap(({ ref, atMs, sequence }) => {
      const one = reported.get(ref);
      if (one === undefined || one.atMs >= fromMs || seen.has(ref)) return [];
      seen.add(ref);
      const before = last;
      last = one;
      if (before === undefined || isInTurn(before, one)) return [];
      const message = `${ref} (priority ${one.priority}, row ${one.row}) waited and came behind ${before.ref} (priority ${before.priority}, row ${before.row})`;
      return [{ rule: 'B2.6', atMs, message, event: sequence }];
    });
  });
}

function isInTurn(first: Reported, second: Reported): boolean {
  return first.priority === second.priority ? first.row < second.row : first.priority > second.priority;
}

/** While the way to both centres is clear, nothing less urgent is heard between an alarm's commit and its arrival. */
function passed(at: CentreName, arrivals: readonly Arrival[], { trace, reported, ways }: Known): Violation[] {
  const firstMs = new Map<string, Arrival>();
  for (const arrival of eventsOf(trace, 'arrival')) {
    if (!firstMs.has(arrival.ref)) firstMs.set(arrival.ref, arrival);
  }
  const rows = [...reported.values()];
  return rows.flatMap((alarm) => {
    const first = firstMs.get(alarm.ref);
    const sinceMs = alarm.atMs + underWayMs + trace.heldUpMs;
    if (first?.at !== at || first.report !== 'alarm' || first.atMs <= sinceMs) return [];
    const isClearAll = (['primary', 'reserve'] as const).every((name) =>
      isClear(ways[name], Math.max(0, alarm.atMs - settleMs), first.atMs),
    );
    if (!isClearAll || isUnsettled(trace, at, alarm.atMs)) return [];
    const alike = rows.filter(({ atMs, priority }) => atMs <= alarm.atMs && priority >= alarm.priority).length;
    const less = between(arrivals, sinceMs, first.atMs).find(({ priority }) => priority < alarm.priority);
    if (less === undefined || alike > atOnce) return [];
    const message = `${less.ref} (priority ${less.priority}) was heard before alarm ${alarm.ref} (priority ${alarm.priority}), which was there before`;
    return [{ rule: 'B2.6', atMs: less.atMs, message, event: less.sequence }];
  });
}

/** What was kept at a broker, or sent on a bad link, may still come: nobody knows in which order. */
function isUnsettled(trace: Trace, at: CentreName, timeMs: number): boolean {
  const isNear = ({ atMs }: WorldEvent): boolean => atMs <= timeMs && atMs + settleMs >= timeMs;
  return isSettling(timeMs, trace) || eventsOf(trace, 'centre').some((event) => event.at === at && isNear(event));
}

/** Of a list in the order of time, those from the one time up to the other, both in milliseconds. */
function between(arrivals: readonly Arrival[], fromMs: number, toMs: number): readonly Arrival[] {
  const begin = arrivals.findIndex(({ atMs }) => atMs >= fromMs);
  if (begin === -1) return [];
  const length = arrivals.slice(begin).findIndex(({ atMs }) => atMs >= toMs);
  return arrivals.slice(begin, length === -1 ? undefined : begin + length);
}

/** When the hub was connected to whom. */
function connectionsOf(trace: Trace): {
  isUp(at: CentreName, timeMs: number): boolean;
  nextUpMs(at: CentreName, timeMs: number): number;
} {
  const paths = eventsOf(trace, 'path');
  return {
    // At the begin there is a connection to both.
    isUp: (at, timeMs) => paths.findLast((path) => path.at === at && path.atMs <= timeMs)?.is !== 'down',
    nextUpMs: (at, timeMs) =>
      paths.find((path) => path.at === at && path.is === 'up' && path.atMs > timeMs)?.atMs ?? trace.endMs,
  };
}
