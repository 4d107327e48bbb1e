import { minuteMs, secondMs } from '#protocol/core/time.ts';
import { type Checker, type EventOf, eventsOf, type Trace, type Violation } from './checker.ts';
import { noPathTimes } from './noPath.ts';
import { ranSteadily } from './steady.ts';

/** Something of the modem's, or of the way, has just changed: what comes of it is seen by then. */
const calmMs = 5 * minuteMs;
/** From the end of the first round to the network: a modem takes its time. */
const sendMs = 30 * secondMs;

/**
 * An alarm that no path brings through goes by short message, and costs no more of them than is configured: they are for
 * some rounds, not for each (B2.8). Judged where nothing but the way to the centres was wrong.
 */
export const checkMessages: Checker = (trace) => {
  const { sms } = trace.hub;
  if (sms.number === undefined || eventsOf(trace, 'action').some(({ action }) => action.word === 'configure'))
    return [];
  const sent = Map.groupBy(
    eventsOf(trace, 'sms').filter(({ is, ref }) => is === 'sent' && ref !== undefined),
    ({ ref }) => ref ?? '',
  );
  const isOff = noPath(trace);
  const isModemWell = modemTimes(trace);
  const isSteady = ranSteadily(trace);
  return [...tooMany(sent, trace, isOff, isSteady), ...none(sent, trace, { isOff, isModemWell, isSteady })];
};

type Sent = ReadonlyMap<string, readonly EventOf<'sms'>[]>;
type During = (fromMs: number, toMs: number) => boolean;

/** A message belongs to a round at the earliest, and without a path the rounds follow each other at their pace. */
function tooMany(sent: Sent, trace: Trace, isOff: During, isSteady: During): Violation[] {
  const { roundEveryMs } = trace.hub.paths;
  const { rounds } = trace.hub.sms;
  const begunMs = new Map(
    eventsOf(trace, 'journal').flatMap(({ report, ref, atMs }) => (report === 'alarm' ? [[ref, atMs]] : [])),
  );
  return [...sent.values()].flatMap((list) =>
    list.flatMap(({ ref = '', atMs, sequence }, place) => {
      const fromMs = begunMs.get(ref);
      const leastMs = ((rounds[place] ?? 1) - 1) * roundEveryMs;
      if (fromMs === undefined || atMs - fromMs >= leastMs) return [];
      if (!isOff(fromMs, atMs) || !isSteady(fromMs, atMs)) return [];
      const message = `${ref} costs short message ${place + 1} after ${atMs - fromMs} ms; right would be ${leastMs} ms at least`;
      return [{ rule: 'B2.8', atMs, message, event: sequence }];
    }),
  );
}

interface Times {
  isOff: During;
  isModemWell: During;
  isSteady: During;
}

function none(sent: Sent, trace: Trace, { isOff, isModemWell, isSteady }: Times): Violation[] {
  const withinMs = 2 * trace.hub.paths.answerWithinMs + sendMs;
  return eventsOf(trace, 'journal').flatMap(({ report, ref = '', atMs, sequence }) => {
    if (report !== 'alarm' || sent.has(ref)) return [];
    const dueMs = atMs + withinMs;
    if (!isOff(atMs, dueMs) || !isModemWell(atMs, dueMs) || !isSteady(Math.max(0, atMs - minuteMs), dueMs)) return [];
    const message = `no path is there for alarm ${ref}, and no short message went out within ${withinMs} ms`;
    return [{ rule: 'B2.8', atMs: dueMs, message, event: sequence }];
  });
}

/** Whether the hub had no connection at all. */
function noPath(trace: Trace): During {
  const times = noPathTimes(trace);
  return (fromMs, toMs) => times.some((time) => time.fromMs <= fromMs && time.toMs > toMs);
}

/** Whether the modem was registered, nothing had befallen it for a while, and nobody talked by it. */
function modemTimes(trace: Trace): During {
  const troubles = trace.events.filter(
    (event) =>
      (event.kind === 'action' && event.action.word === 'modem') ||
      event.kind === 'hub' ||
      (event.kind === 'mobile' && !isRegistered(event)) ||
      (event.kind === 'device' && event.device === 'modem') ||
      (event.kind === 'voice' && event.path === 'modem'),
  );
  const states = eventsOf(trace, 'mobile');
  return (fromMs, toMs) => {
    const state = states.findLast(({ atMs }) => atMs <= fromMs);
    return (
      (state === undefined || isRegistered(state)) &&
      !troubles.some(({ atMs }) => atMs >= fromMs - calmMs && atMs <= toMs)
    );
  };
}

function isRegistered({ registration }: EventOf<'mobile'>): boolean {
  return registration === 'home' || registration === 'roaming';
}
