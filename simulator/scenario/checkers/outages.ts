import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { type Checker, eventsOf, type Trace, type Violation } from './checker.ts';
import { type ClearWay, clearWays, isClear } from './clearWay.ts';
import { longestIntervalMs } from './heartbeats.ts';
import { noPathTimes } from './noPath.ts';
import { ranSteadily } from './steady.ts';

/** What a message may take from the hub to a centre where nothing stands between them. */
const underWayMs = 2 * secondMs;

/** The first heartbeat after an outage says what was missed, and a centre that falls silent is left for the other (B4.3, B4.4). */
export const checkOutages: Checker = (trace) => {
  const ways = { primary: clearWays(trace, 'primary'), reserve: clearWays(trace, 'reserve') };
  return [...missed(trace, ways), ...silent(trace, ways)];
};

type Ways = Readonly<Record<'primary' | 'reserve', readonly ClearWay[]>>;

/** The first goes to whoever is connected first, and may get lost there. */
function missed(trace: Trace, ways: Ways): Violation[] {
  const intervalMs = longestIntervalMs(trace);
  const isSteady = ranSteadily(trace);
  const beats = eventsOf(trace, 'heartbeat').filter(({ probe }) => !probe);
  const ups = eventsOf(trace, 'path').filter(({ is }) => is === 'up');
  return noPathTimes(trace).flatMap(({ fromMs, toMs }) => {
    const least = Math.floor((toMs - fromMs) / intervalMs) - 1;
    const isSure = least > 0 && isSteady(Math.max(0, fromMs - minuteMs), toMs + underWayMs);
    const at = ups.find(({ atMs }) => atMs === toMs)?.at;
    if (!isSure || at === undefined || !ways[at].some((way) => way.byConnection && way.fromMs === toMs)) return [];
    const first = beats.find((beat) => beat.at === at && beat.atMs >= toMs && beat.atMs <= toMs + underWayMs);
    if (first === undefined || (first.missed ?? 0) >= least) return [];
    const message = `heartbeat ${first.beat} says that ${first.missed ?? 0} were missed; there were ${least} at least`;
    return [{ rule: 'B4.3', atMs: first.atMs, message, event: first.sequence }];
  });
}

/** Three heartbeats in a row, the time for their answers, and what is under way. */
function silent(trace: Trace, ways: Ways): Violation[] {
  const limitMs = 4 * longestIntervalMs(trace) + trace.hub.heartbeat.answerWithinMs + minuteMs;
  const isSteady = ranSteadily(trace);
  const manners = eventsOf(trace, 'centre').filter(({ is }) => is !== 'connected' && is !== 'disconnected');
  const beats = eventsOf(trace, 'heartbeat').filter(({ probe, at }) => !probe && at === 'reserve');
  return manners.flatMap(({ at, is, atMs }, place) => {
    const dueMs = atMs + limitMs;
    if (at !== 'primary' || is !== 'silent' || !isSteady(Math.max(0, atMs - minuteMs), dueMs)) return [];
    const isSame = manners.slice(place + 1).every((other) => other.atMs > dueMs);
    const reserve = manners.slice(0, place).findLast((other) => other.at === 'reserve');
    if (!isSame || reserve?.is === 'silent' || reserve?.is === 'offline') return [];
    if (!isClear(ways.primary, atMs, dueMs) || !isClear(ways.reserve, atMs, dueMs)) return [];
    if (beats.some((beat) => beat.atMs >= atMs && beat.atMs <= dueMs)) return [];
    const message = `the primary centre is silent for ${limitMs} ms, and no heartbeat went to the reserve`;
    return [{ rule: 'B4.4', atMs: dueMs, message }];
  });
}
