import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { holdsTelegram } from './bytes.ts';
import { type Checker, type EventOf, eventsOf, type Trace, type Violation } from './checker.ts';
import { diskTrouble } from './diskTrouble.ts';

/** A telegram that repeaters bring again may come late; what it tells was done before. */
const deedBeforeMs = 5 * secondMs;

type Row = EventOf<'journal'>;

/**
 * What goes on while an alarm waits is the same alarm: one for each device and matter, with one update waiting at most, and
 * that counts no more presses than there were (B1.2, B1.3).
 */
export const checkOneAlarm: Checker = (trace) => {
  const waiting = new Map<string, Row>();
  const violations: Violation[] = [];
  for (const row of eventsOf(trace, 'journal')) {
    const { entry, ref, atMs, sequence } = row;
    if (row.wiped === true) waiting.clear();
    if (ref === undefined) continue;
    if (entry === 'acknowledged' || entry === 'superseded') waiting.delete(ref);
    const matter = entry === 'report' ? matterOf(row) : undefined;
    if (matter === undefined) continue;
    const before = [...waiting.values()].find((other) => matterOf(other) === matter);
    if (before !== undefined) {
      const message = `${matter} ${ref} was committed while ${before.ref ?? ''} still waited; right would be one at most`;
      violations.push({ rule: 'B1.3', atMs, message, event: sequence });
    }
    waiting.set(ref, row);
  }
  return [...violations, ...countedTooMany(trace)];
};

/** Who, and what is the matter; an update's is also which alarm it belongs to. Other reports may wait side by side. */
function matterOf({ report, from, status, of }: Row): string | undefined {
  if (report === 'alarm') return `the alarm of ${from} with status ${status}`;
  return report === 'update' && of !== undefined ? `the update of ${of} with status ${status}` : undefined;
}

/** The words that press a button: no telegram of a device comes by itself where these are all that it sends. */
const pressing: readonly string[] = ['press', 'fall', 'seizure', 'shout', 'sos'];
const pressed: readonly string[] = [
  'pendant',
  'extra-pendant',
  'light-press',
  'fall',
  'epilepsy',
  'voice-trigger',
  'gps',
];

function countedTooMany(trace: Trace): Violation[] {
  if (holdsTelegram(trace)) return [];
  // A window lies between what somebody did and the alarm.
  const judged = new Set(
    trace.hub.accessories.flatMap(({ name, kind, cancelMs }) =>
      cancelMs === 0 && pressed.includes(kind) ? [name] : [],
    ),
  );
  const deeds = Map.groupBy(
    eventsOf(trace, 'action').flatMap(({ action, atMs }) =>
      pressing.includes(action.word) && 'name' in action ? [{ name: action.name, atMs }] : [],
    ),
    ({ name }) => name,
  );
  const wasIll = diskTrouble(trace);
  const begunMs = new Map<string, number>();
  return eventsOf(trace, 'journal').flatMap(({ report, ref, from = '', of, presses, atMs, sequence }) => {
    if (report === 'alarm' && ref !== undefined) begunMs.set(ref, atMs);
    const fromMs = begunMs.get(of ?? '');
    if (report !== 'update' || presses === undefined || fromMs === undefined || !judged.has(from)) return [];
    // What a bad disk could not take was done before its row.
    if (wasIll(fromMs - minuteMs, atMs)) return [];
    const most = (deeds.get(from) ?? []).filter(
      (deed) => deed.atMs >= fromMs - deedBeforeMs && deed.atMs <= atMs,
    ).length;
    if (presses <= most) return [];
    const message = `the update of ${of ?? ''} counts ${presses} presses of ${from}; there were ${most}`;
    return [{ rule: 'B1.2', atMs, message, event: sequence }];
  });
}
