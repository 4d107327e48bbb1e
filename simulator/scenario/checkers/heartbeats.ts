import { parseDuration } from '#protocol/core/duration.ts';
import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { isObject } from '#simulator/scenario/document.ts';
import { type Checker, eventsOf, type Trace, type Violation } from './checker.ts';
import { type ClearWay, clearWays, isClear } from './clearWay.ts';
import { isSettling, settleMs } from './settling.ts';

/** What a message may take from the hub to the centre where nothing stands between them. */
const underWayMs = 2 * secondMs;

/** Heartbeats are on time while a path is up, at whichever centre, and none comes late or twice (B4.1, B4.3, B4.4). */
export const checkHeartbeats: Checker = (trace) => {
  const [primary, reserve] = [clearWays(trace, 'primary'), clearWays(trace, 'reserve')];
  return [
    ...primary.flatMap((way) => gaps(way, reserve, trace)),
    ...without(reserve, primary).flatMap((way) => gaps(way, primary, trace)),
    ...order(trace),
  ];
};

/** What is left of the ways while there is no other. */
function without(ways: readonly ClearWay[], others: readonly ClearWay[]): readonly ClearWay[] {
  return others.reduce<readonly ClearWay[]>(
    (left, { fromMs, toMs }) =>
      left.flatMap((way) =>
        [
          { ...way, toMs: Math.min(way.toMs, fromMs) },
          { ...way, fromMs: Math.max(way.fromMs, toMs), byConnection: way.byConnection && way.fromMs >= toMs },
        ].filter((piece) => piece.toMs > piece.fromMs),
      ),
    ways,
  );
}

/**
 * The first follows the connection at once, unless there was a way to the other centre already. A way that was cleared
 * elsewhere shows it at the next beat but one.
 */
function gaps(way: ClearWay, others: readonly ClearWay[], trace: Trace): Violation[] {
  const intervalMs = longestIntervalMs(trace);
  const beats = eventsOf(trace, 'heartbeat').filter(({ atMs }) => atMs >= way.fromMs && atMs <= way.toMs);
  const violations: Violation[] = [];
  let lastMs = way.fromMs;
  let allowedMs = way.byConnection && !isClear(others, way.fromMs, way.fromMs) ? underWayMs : 2 * intervalMs;
  if (way.fromMs === 0 && !way.byConnection) allowedMs = intervalMs + underWayMs;
  for (const atMs of [...beats.map((beat) => beat.atMs), way.toMs]) {
    if (atMs - lastMs > allowedMs + trace.heldUpMs && !isSettling(lastMs + allowedMs, trace)) {
      const message = `no heartbeat for ${atMs - lastMs} ms while the way was clear; right would be ${allowedMs} ms at most`;
      violations.push({ rule: 'B4.1', atMs: lastMs + allowedMs, message });
    }
    lastMs = atMs;
    allowedMs = intervalMs + underWayMs;
  }
  return violations;
}

/** The centre may set another interval; which one counts when, the checker does not know (B11). */
export function longestIntervalMs(trace: Trace): number {
  const set = eventsOf(trace, 'action').flatMap(({ action }) => {
    const heartbeat = action.word === 'configure' ? action.layer['heartbeat'] : undefined;
    const interval = isObject(heartbeat) ? parseDuration(String(heartbeat['interval'])) : undefined;
    return interval?.ok === true ? [interval.value] : [];
  });
  const { heartbeatMinutes = 0 } = trace.centre;
  return Math.max(trace.hub.heartbeat.intervalMs, heartbeatMinutes * minuteMs, ...set);
}

/** The hub's count rises from beat to beat at each centre; it begins anew when the hub does. */
function order({ events }: Trace): Violation[] {
  const violations: Violation[] = [];
  const last = { primary: 0, reserve: 0 };
  let settledMs = 0;
  for (const event of events) {
    if (event.kind === 'hub') {
      Object.assign(last, { primary: 0, reserve: 0 });
      // What a program that is gone has sent may arrive behind the first of the next one.
      settledMs = event.atMs + settleMs;
    } else if (event.kind === 'heartbeat' && event.atMs >= settledMs) {
      if (event.beat <= last[event.at]) {
        const message = `heartbeat ${event.beat} came after heartbeat ${last[event.at]}: it was kept, and sent late or twice`;
        violations.push({ rule: 'B4.3', atMs: event.atMs, message, event: event.sequence });
      }
      last[event.at] = event.beat;
    }
  }
  return violations;
}
