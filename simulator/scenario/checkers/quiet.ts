import { minuteMs } from '#protocol/core/time.ts';
import { type Checker, type Violation } from './checker.ts';

/** All tries of a call on all paths have begun this long after the acknowledgement that asked for it (B3.2, B3.3). */
const callsWithinMs = 15 * minuteMs;

/** The hub calls because of an acknowledged alarm, or because the centre asks: never for a test alarm, nor does that go by SMS. */
export const checkQuiet: Checker = ({ events }) => {
  const reports = new Map<string, string>();
  const violations: Violation[] = [];
  let callsUntilMs = Number.NEGATIVE_INFINITY;
  for (const event of events) {
    const { atMs, sequence } = event;
    const tell = (rule: string, message: string) => violations.push({ rule, atMs, message, event: sequence });
    if (event.kind === 'journal' && event.ref !== undefined) {
      if (event.entry === 'report') reports.set(event.ref, event.report ?? 'report');
      const isAlarm = event.entry === 'acknowledged' && reports.get(event.ref) === 'alarm';
      if (isAlarm) callsUntilMs = atMs + callsWithinMs;
    } else if (event.kind === 'action' && event.action.word === 'command') {
      callsUntilMs = atMs + callsWithinMs;
    } else if (event.kind === 'voice' && event.by === 'hub') {
      if (event.is === 'connected' || event.is === 'ended') callsUntilMs = Math.max(callsUntilMs, atMs + callsWithinMs);
      else if (event.is === 'ringing' && atMs > callsUntilMs)
        tell('B3.6', 'the hub calls, and no alarm was acknowledged');
    } else if (event.kind === 'sms' && event.is === 'sent' && event.ref !== undefined) {
      const what = reports.get(event.ref);
      if (what !== undefined && what !== 'alarm') tell('B2.8', `${what} ${event.ref} went by SMS; only alarms do`);
    }
  }
  return violations;
};
