import { secondMs } from '#protocol/core/time.ts';
import { type Checker, eventsOf, type Trace, type Violation } from './checker.ts';
import { type ClearWay, clearWays } from './clearWay.ts';

/** What a message may take from the hub to the centre where nothing stands between them. */
const underWayMs = 2 * secondMs;

/** Heartbeats are on time while a path is up, and none comes late or twice (B4.1, B4.3). */
export const checkHeartbeats: Checker = (trace) => {
  return [...clearWays(trace).flatMap((way) => gaps(way, trace)), ...order(trace)];
};

/** The first follows the connection at once; a way that was cleared elsewhere shows it at the next beat but one. */
function gaps(way: ClearWay, trace: Trace): Violation[] {
  const { intervalMs } = trace.hub.heartbeat;
  const beats = eventsOf(trace, 'heartbeat').filter(({ atMs }) => atMs >= way.fromMs && atMs <= way.toMs);
  const violations: Violation[] = [];
  let lastMs = way.fromMs;
  let allowedMs = way.byConnection ? underWayMs : 2 * intervalMs;
  if (way.fromMs === 0 && !way.byConnection) allowedMs = intervalMs + underWayMs;
  for (const atMs of [...beats.map((beat) => beat.atMs), way.toMs]) {
    if (atMs - lastMs > allowedMs) {
      const message = `no heartbeat for ${atMs - lastMs} ms while the way was clear; right would be ${allowedMs} ms at most`;
      violations.push({ rule: 'B4.1', atMs: lastMs + allowedMs, message });
    }
    lastMs = atMs;
    allowedMs = intervalMs + underWayMs;
  }
  return violations;
}

/** The hub's count rises from beat to beat; it begins anew when the hub does. */
function order({ events }: Trace): Violation[] {
  const violations: Violation[] = [];
  let last = 0;
  for (const event of events) {
    if (event.kind === 'hub') {
      last = 0;
    } else if (event.kind === 'heartbeat') {
      if (event.beat <= last) {
        const message = `heartbeat ${event.beat} came after heartbeat ${last}: it was kept, and sent late or twice`;
        violations.push({ rule: 'B4.3', atMs: event.atMs, message, event: event.sequence });
      }
      last = event.beat;
    }
  }
  return violations;
}
