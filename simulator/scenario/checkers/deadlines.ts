import { secondMs } from '#protocol/core/time.ts';
import { answers } from '#protocol/scaip/codes.ts';
import type { ArrivalEvent, WorldEvent } from '#simulator/world/world.ts';
import { type Checker, eventsOf, type Trace, type Violation } from './checker.ts';
import { diskTrouble } from './diskTrouble.ts';
import { isSettling, settleMs } from './settling.ts';
import { type ClearWay, clearWays, isClear } from './clearWay.ts';

/** What a message may take from the hub to the centre where nothing stands between them. */
const underWayMs = 2 * secondMs;
/** The hub asks a path for so many reports at once; behind them others wait for their turn. */
const atOnce = 32;
/** On hold the hub is to ask again after 5 s at least (B2.4). */
const holdLeastMs = 5 * secondMs;

type Arrival = WorldEvent & ArrivalEvent;

/** Reports go out at once, come again when they are not treated, and wait when the centre asks for it (B2.2–B2.4). */
export const checkDeadlines: Checker = (trace) => {
  const ways = clearWays(trace, 'primary');
  const settled = settledTimes(trace);
  const arrivals = Map.groupBy(eventsOf(trace, 'arrival'), ({ ref }) => ref);
  // What the hub cannot read it cannot send: it tries again with the next round. What it cannot write may be acknowledged.
  const isIll = diskTrouble(trace);
  const { thenEveryMs } = trace.hub.paths;
  const reported = reportedTimes(trace);
  const late = reported.flatMap((one) => notSent(one, { trace, ways, reported, settled, arrivals }));
  const again = [...arrivals.values()].flatMap((list) => notAgain(list, { trace, ways, settled }));
  return [...late, ...again].filter(({ atMs }) => !isIll(atMs - thenEveryMs, atMs) && !isSettling(atMs, trace));
};

interface Reported {
  ref: string;
  atMs: number;
}

function reportedTimes(trace: Trace): Reported[] {
  return eventsOf(trace, 'journal').flatMap(({ entry, ref, atMs }) =>
    entry === 'report' && ref !== undefined ? [{ ref, atMs }] : [],
  );
}

/** When each reference left the queue first, acknowledged or replaced; an older journal in the place may have it leave again. */
function settledTimes(trace: Trace): Map<string, number> {
  const settled = new Map<string, number>();
  for (const { entry, ref, atMs } of eventsOf(trace, 'journal')) {
    const isSettled = entry === 'acknowledged' || entry === 'superseded';
    if (ref !== undefined && isSettled && !settled.has(ref)) settled.set(ref, atMs);
  }
  return settled;
}

interface Known {
  trace: Trace;
  ways: readonly ClearWay[];
  reported: readonly Reported[];
  settled: ReadonlyMap<string, number>;
  arrivals: ReadonlyMap<string, readonly Arrival[]>;
}

/** Sent when it is committed, or when the hub is connected again: whichever comes last (B2.3). */
function notSent({ ref, atMs }: Reported, known: Known): Violation[] {
  const { trace, ways, settled, arrivals } = known;
  const way = ways.find(({ fromMs, toMs, byConnection }) => toMs > atMs && (fromMs <= atMs || byConnection));
  if (way === undefined || waitingAt(Math.max(way.fromMs, atMs), known) > atOnce) return [];
  const dueMs = Math.max(way.fromMs, atMs) + underWayMs + trace.heldUpMs;
  const isDue = dueMs < way.toMs && dueMs < (settled.get(ref) ?? trace.endMs);
  const isSent = arrivals.get(ref)?.some((arrival) => arrival.atMs <= dueMs) === true;
  if (!isDue || isSent) return [];
  return [{ rule: 'B2.3', atMs: dueMs, message: `${ref} waits, the way is clear, but it did not arrive by now` }];
}

function waitingAt(timeMs: number, { trace, reported, settled }: Known): number {
  return reported.filter(({ ref, atMs }) => atMs <= timeMs && (settled.get(ref) ?? trace.endMs) >= timeMs).length;
}

/** Follows one report from arrival to arrival. */
function notAgain(
  list: readonly Arrival[],
  { trace, ways, settled }: Omit<Known, 'arrivals' | 'reported'>,
): Violation[] {
  const { holdAtMostMs } = trace.hub.paths;
  let heldSinceMs: number | undefined;
  return list.flatMap((arrival, place) => {
    const { answer, atMs } = arrival;
    const next = list[place + 1];
    if (answer !== answers.hold.code) {
      heldSinceMs = undefined;
      return answer === answers.handled.code
        ? []
        : comesLate(arrival, next, roundMs(place, trace), { trace, ways, settled });
    }
    heldSinceMs ??= atMs;
    // The hub counts from its first answer, which came a little later.
    const hasHeldLong = atMs - heldSinceMs >= holdAtMostMs - underWayMs;
    // A centre that has just come back may have been given up just before.
    if (next !== undefined && !hasHeldLong && isClear(ways, Math.max(0, atMs - settleMs), next.atMs)) {
      const message = whyEarly(arrival, next);
      if (message !== undefined) return [{ rule: 'B2.4', atMs: next.atMs, message, event: next.sequence }];
    }
    if (hasHeldLong) {
      // It has held for long enough: the next round follows, sooner or later.
      return comesLate(arrival, next, roundMs(place, trace), { trace, ways, settled });
    }
    return comesLate(arrival, next, trace.hub.paths.holdEveryMs, { trace, ways, settled });
  });
}

/** While a centre holds an alarm it is asked again after a while, and no other is asked (B2.4). */
function whyEarly({ ref, at, atMs }: Arrival, next: Arrival): string | undefined {
  if (next.at !== at) return `${ref} came to the ${next.at} centre while the ${at} centre held it`;
  const pauseMs = next.atMs - atMs;
  return pauseMs < holdLeastMs
    ? `${ref} came again ${pauseMs} ms after hold; right would be ${holdLeastMs} ms at least`
    : undefined;
}

/** From one round to the next: the answer may come as late as it may, and only then the pause counts. */
function roundMs(place: number, { hub }: Trace): number {
  const { rounds, roundEveryMs, thenEveryMs, answerWithinMs } = hub.paths;
  return (place + 1 < rounds ? roundEveryMs : thenEveryMs) + answerWithinMs;
}

function comesLate(
  { ref, atMs, answer, sequence }: Arrival,
  next: Arrival | undefined,
  afterMs: number,
  { trace, ways, settled }: Omit<Known, 'arrivals' | 'reported'>,
): Violation[] {
  const limitMs = afterMs + underWayMs + trace.heldUpMs;
  const dueMs = atMs + limitMs;
  const isDue = isClear(ways, atMs, dueMs) && dueMs < (settled.get(ref) ?? trace.endMs);
  if (!isDue || (next !== undefined && next.atMs <= dueMs)) return [];
  const message = `${ref} was not treated, and did not come again within ${limitMs} ms`;
  return [{ rule: answer === answers.hold.code ? 'B2.4' : 'B2.3', atMs: dueMs, message, event: sequence }];
}
