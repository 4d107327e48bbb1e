import type { WorldEvent } from '#simulator/world/world.ts';
import type { Outcome } from '#simulator/scenario/runner.ts';

/** One reason why a scenario did not pass. */
export interface Finding {
  /** When, in milliseconds of the scenario. */
  atMs: number;
  /** The place in the file of the step that did not pass, or that was going on. */
  line?: number;
  column?: number;
  /** The step as it is written, or the rule that a checker watches. */
  subject: string;
  /** What was expected and what happened. */
  message: string;
  /** The rules that it is about. */
  rules: readonly string[];
  /** What happened around it, in order. */
  around: readonly WorldEvent[];
}

/** So many events before and after it are told. */
const eventsBefore = 8;
const eventsAfter = 4;

/** Why the scenario did not pass: its step that failed, and what the checkers found. */
export function findingsOf({ scenario, steps, violations, events }: Outcome): Finding[] {
  const failedSteps = steps.flatMap(({ step, verdict, endedMs = 0, problem = '' }) => {
    if (verdict === 'passed' || verdict === 'not-run') return [];
    const { line, column, words } = step;
    const around = eventsAround(events, endedMs, words);
    return [{ atMs: endedMs, line, column, subject: words, message: problem, rules: scenario.covers, around }];
  });
  const broken = violations.map(({ rule, atMs, message }) => ({
    atMs,
    ...placeOf(steps, atMs),
    subject: `always on: ${rule}`,
    message,
    rules: [rule],
    around: eventsAround(events, atMs, rule),
  }));
  return [...failedSteps, ...broken];
}

/** The step that was going on at a time, or had just ended. */
function placeOf(steps: Outcome['steps'], atMs: number): { line?: number; column?: number } {
  const step = steps.findLast(({ beganMs }) => beganMs !== undefined && beganMs <= atMs)?.step;
  return step === undefined ? {} : { line: step.line, column: step.column };
}

/** What people want to see: no line of the log below a warning, which would hide the rest. */
export function isTold(event: WorldEvent): boolean {
  return event.kind !== 'log' || event.level === 'warn' || event.level === 'error';
}

/** Heartbeats and the battery's per cents go on whatever happens; they are told where it is about them. */
function eventsAround(events: readonly WorldEvent[], atMs: number, subject: string): WorldEvent[] {
  const isAboutThem = /heartbeat|B4|charge|B6/u.test(subject);
  const told = withoutRoutine(events.filter(isTold), isAboutThem);
  const behind = told.findIndex((event) => event.atMs > atMs);
  const place = behind === -1 ? told.length : behind;
  return told.slice(Math.max(0, place - eventsBefore), place + eventsAfter);
}

/** Leaves out what comes as it should: answered heartbeats, and a charge that changes while the mains do not. */
export function withoutRoutine(events: readonly WorldEvent[], isAll = false): readonly WorldEvent[] {
  if (isAll) return events;
  let hasMains = true;
  return events.filter((event) => {
    if (event.kind === 'heartbeat') return !event.answered;
    if (event.kind !== 'power') return true;
    const isChange = event.mains !== hasMains;
    hasMains = event.mains;
    return isChange;
  });
}
