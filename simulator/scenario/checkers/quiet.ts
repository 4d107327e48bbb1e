import { minuteMs } from '#protocol/core/time.ts';
import { answers } from '#protocol/scaip/codes.ts';
import type { WorldEvent } from '#simulator/world/world.ts';
import { type Checker, type Violation } from './checker.ts';
import { diskTrouble } from './diskTrouble.ts';

/** All tries of a call on all paths have begun this long after the acknowledgement that asked for it (B3.2, B3.3). */
const callsWithinMs = 15 * minuteMs;

/** The hub calls because of an acknowledged alarm, or because the centre asks: never for a test alarm, nor does that go by SMS. */
export const checkQuiet: Checker = (trace) => {
  const { events } = trace;
  // Who cannot read what was wanted calls when it can be read.
  const wasUnreadable = diskTrouble(trace);
  const reports = new Map<string, string>();
  const violations: Violation[] = [];
  let callsUntilMs = Number.NEGATIVE_INFINITY;
  let offSinceMs = Number.POSITIVE_INFINITY;
  for (const event of events) {
    const { atMs, sequence } = event;
    const tell = (rule: string, message: string) => violations.push({ rule, atMs, message, event: sequence });
    if (event.kind === 'hub') {
      // What was cut off goes on when the hub runs again (B6.6).
      if (event.is === 'starting' && offSinceMs <= callsUntilMs) callsUntilMs = atMs + callsWithinMs;
      if (event.is !== 'starting') offSinceMs = atMs;
    } else if (event.kind === 'arrival' && event.report === 'alarm' && event.answer === answers.handled.code) {
      // The journal may not take the acknowledgement, and the hub may hear of it late.
      callsUntilMs = Math.max(callsUntilMs, atMs + callsWithinMs);
    } else if (event.kind === 'journal' && event.ref !== undefined) {
      if (event.entry === 'report') reports.set(event.ref, event.report ?? 'report');
      const isAlarm = event.entry === 'acknowledged' && reports.get(event.ref) === 'alarm';
      if (isAlarm) callsUntilMs = atMs + callsWithinMs;
    } else if (isCommand(event)) {
      callsUntilMs = atMs + callsWithinMs;
    } else if (event.kind === 'voice' && event.by === 'hub') {
      if (event.is === 'connected' || event.is === 'ended') callsUntilMs = Math.max(callsUntilMs, atMs + callsWithinMs);
      else if (event.is === 'ringing' && atMs > callsUntilMs && !wasUnreadable(callsUntilMs - callsWithinMs, atMs))
        tell('B3.6', 'the hub calls, and no alarm was acknowledged');
    } else if (event.kind === 'sms' && event.is === 'sent' && event.ref !== undefined) {
      const what = reports.get(event.ref);
      if (what !== undefined && what !== 'alarm') tell('B2.8', `${what} ${event.ref} went by SMS; only alarms do`);
    }
  }
  return violations;
};

/** The centre orders, or an order that waited for a hub that was away is carried out. */
function isCommand(event: WorldEvent): boolean {
  return (
    (event.kind === 'action' && event.action.word === 'command') ||
    (event.kind === 'journal' && event.entry === 'command')
  );
}
