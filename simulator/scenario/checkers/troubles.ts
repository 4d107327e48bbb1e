import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { statusCodes } from '#protocol/scaip/codes.ts';
import { type Checker, type EventOf, eventsOf, type Trace, type Violation } from './checker.ts';
import { noPathTimes, type Span } from './noPath.ts';
import { ranSteadily } from './steady.ts';

/** The supply is looked at every 5 s, and what is found is written at once. */
const noticeMs = 20 * secondMs;
/** A hub that has just started, or a device that was just plugged in, is still finding out how things are. */
const findOutMs = minuteMs;

/** The hub notices its own trouble in time, and says when it is over; what is soon over is none (B5.3, B6.1, B6.3, B7.5, B8.2). */
export const checkTroubles: Checker = (trace) => {
  const known: Known = {
    trace,
    isSteady: ranSteadily(trace),
    rows: eventsOf(trace, 'journal').filter(({ entry, from }) => entry === 'report' && from === 'hub'),
    devices: eventsOf(trace, 'device'),
  };
  return [
    ...mains(known),
    ...flickers(known),
    ...batteryLow(known),
    ...linkLost(known),
    ...untested(known),
    ...heardAgain(known),
  ];
};

interface Known {
  trace: Trace;
  isSteady(fromMs: number, toMs: number): boolean;
  /** What the hub has reported of itself. */
  rows: readonly EventOf<'journal'>[];
  devices: readonly EventOf<'device'>[];
}

/** Whether the hub has said by then that it is so, and not since that it is over. */
function isTold({ rows }: Known, bad: readonly number[], good: number, byMs: number): boolean {
  const last = rows.findLast(({ status = 0, atMs }) => atMs <= byMs && (bad.includes(status) || status === good));
  return last?.status !== undefined && bad.includes(last.status);
}

/** Whether the hub can be asked for what it has noticed in that time: it ran, and the device was there. */
function isJudge({ isSteady, devices }: Known, device: string, fromMs: number, toMs: number): boolean {
  const isChanged = devices.some(
    (event) => event.device === device && event.atMs >= fromMs - findOutMs && event.atMs <= toMs,
  );
  const before = devices.findLast((event) => event.device === device && event.atMs < fromMs);
  return !isChanged && before?.is !== 'unplugged' && isSteady(Math.max(0, fromMs - findOutMs), toMs);
}

function mainsGone({ trace }: Known): Span[] {
  const spans: Span[] = [];
  let isOn = true;
  for (const { mains: is, atMs } of eventsOf(trace, 'power')) {
    const last = spans.at(-1);
    if (isOn && !is) spans.push({ fromMs: atMs, toMs: trace.endMs });
    else if (!isOn && is && last !== undefined) last.toMs = atMs;
    isOn = is;
  }
  return spans;
}

function mains(known: Known): Violation[] {
  const { mainsFailure, mainsRestored } = statusCodes;
  return mainsGone(known).flatMap(({ fromMs, toMs }) => {
    const dueMs = fromMs + known.trace.hub.power.reportAfterMs + noticeMs;
    if (dueMs >= toMs || !isJudge(known, 'ups', fromMs, dueMs)) return [];
    if (isTold(known, [mainsFailure.code], mainsRestored.code, dueMs)) return [];
    return [wrong('B6.1', dueMs, `the mains are gone for ${dueMs - fromMs} ms, and it is not reported`)];
  });
}

/** Those with a moment of mains in between are one. */
function flickers(known: Known): Violation[] {
  const { reportAfterMs, restoredAfterMs } = known.trace.hub.power;
  const merged: Span[] = [];
  for (const span of mainsGone(known)) {
    const last = merged.at(-1);
    if (last !== undefined && span.fromMs - last.toMs <= restoredAfterMs + noticeMs) last.toMs = span.toMs;
    else merged.push({ ...span });
  }
  return known.rows.flatMap(({ status, ref = '', atMs, sequence }) => {
    if (status !== statusCodes.mainsFailure.code) return [];
    const span = merged.findLast(({ fromMs }) => fromMs <= atMs);
    const goneMs = span === undefined ? reportAfterMs : atMs - span.fromMs;
    // Over a power cut the clock says how long it was, and may be wrong.
    if (span === undefined || goneMs >= reportAfterMs - secondMs || !known.isSteady(span.fromMs, atMs)) return [];
    const message = `${ref} reports mains that are gone for ${goneMs} ms; right would be ${reportAfterMs} ms at least`;
    return [{ ...wrong('B6.1', atMs, message), event: sequence }];
  });
}

function batteryLow(known: Known): Violation[] {
  const { trace } = known;
  const { batteryFull, batteryLow: low, batteryFailure } = statusCodes;
  // The hub may round otherwise.
  const surelyLow = trace.hub.power.low.chargePercent - 3;
  const changes = eventsOf(trace, 'power');
  return changes.flatMap(({ chargePercent, atMs }, place) => {
    const dueMs = atMs + noticeMs;
    const isNew = chargePercent <= surelyLow && (changes[place - 1]?.chargePercent ?? 100) > surelyLow;
    if (!isNew || changes.slice(place + 1).some((other) => other.atMs <= dueMs && other.chargePercent > surelyLow))
      return [];
    if (!isJudge(known, 'ups', atMs, dueMs)) return [];
    if (isTold(known, [low.code, batteryFailure.code], batteryFull.code, dueMs)) return [];
    return [wrong('B6.3', dueMs, `the battery has ${chargePercent} per cent left, and it is not reported`)];
  });
}

function linkLost(known: Known): Violation[] {
  const { mobileLinkFailure, mobileLinkRestored } = statusCodes;
  return noPathTimes(known.trace).flatMap(({ fromMs, toMs }) => {
    const dueMs = fromMs + known.trace.hub.modem.lostAfterMs + noticeMs;
    if (dueMs >= toMs || !known.isSteady(Math.max(0, fromMs - findOutMs), dueMs)) return [];
    if (isTold(known, [mobileLinkFailure.code], mobileLinkRestored.code, dueMs)) return [];
    return [wrong('B7.5', dueMs, `there is no path for ${dueMs - fromMs} ms, and it is not reported`)];
  });
}

/** A test alarm that nobody takes in its time: the newest counts. */
function untested({ trace, isSteady, rows }: Known): Violation[] {
  const { answerWithinMs } = trace.hub.testAlarm;
  const settled = new Map(
    eventsOf(trace, 'journal').flatMap(({ entry, ref, atMs }) =>
      entry === 'acknowledged' ? [[ref, atMs] as const] : [],
    ),
  );
  const tests = rows.filter(({ report }) => report === 'test');
  const isSet = eventsOf(trace, 'action').some(
    ({ action }) => action.word === 'configure' && 'testAlarm' in action.layer,
  );
  return tests.flatMap(({ ref = '', atMs }, place) => {
    const dueMs = atMs + answerWithinMs + noticeMs;
    const endMs = Math.min(settled.get(ref) ?? trace.endMs, tests[place + 1]?.atMs ?? trace.endMs);
    if (isSet || dueMs >= endMs || !isSteady(atMs, dueMs)) return [];
    const isSaid = rows.some(
      (row) =>
        row.report === 'fault' && row.status === statusCodes.timeExpired.code && row.atMs > atMs && row.atMs <= dueMs,
    );
    return isSaid ? [] : [wrong('B5.3', dueMs, `nobody takes test alarm ${ref}, and it is not reported`)];
  });
}

function heardAgain({ trace, isSteady, devices }: Known): Violation[] {
  const { radioTestMissing, radioTestRestored } = statusCodes;
  const noise = eventsOf(trace, 'action').filter(({ action }) => action.word === 'bytes');
  const missing = new Set<string>();
  const restored = Map.groupBy(
    eventsOf(trace, 'journal').filter(({ status }) => status === radioTestRestored.code),
    ({ from }) => from ?? '',
  );
  return trace.events.flatMap((event) => {
    const { atMs } = event;
    if (event.kind === 'journal' && event.wiped === true) missing.clear();
    if (event.kind === 'journal' && event.status === radioTestMissing.code) missing.add(event.from ?? '');
    if (event.kind === 'journal' && event.status === radioTestRestored.code) missing.delete(event.from ?? '');
    if (event.kind !== 'telegram' || !event.heard || event.copy > 0 || !missing.delete(event.from)) return [];
    const dueMs = atMs + 5 * secondMs;
    const isSure =
      isSteady(Math.max(0, atMs - findOutMs), dueMs) &&
      !devices.some((other) => Math.abs(other.atMs - atMs) < findOutMs) &&
      !noise.some((other) => Math.abs(other.atMs - atMs) < secondMs);
    const isSaid = restored.get(event.from)?.some((row) => row.atMs >= atMs - secondMs && row.atMs <= dueMs) === true;
    if (!isSure || isSaid) return [];
    return [wrong('B8.2', dueMs, `${event.from} was missing and is heard again, and it is not reported`)];
  });
}

function wrong(rule: string, atMs: number, message: string): Violation {
  return { rule, atMs, message };
}
