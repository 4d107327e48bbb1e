import type { WorldEvent } from '#simulator/world/world.ts';
import type { Outcome } from '#simulator/scenario/runner.ts';

/** One reason why a scenario did not pass. */
export interface Finding {
  /** When, in milliseconds of the scenario. */
  atMs: number;
  /** The place in the file, where a step did not pass. */
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
    const around = eventsAround(events, endedMs);
    return [{ atMs: endedMs, line, column, subject: words, message: problem, rules: scenario.covers, around }];
  });
  const broken = violations.map(({ rule, atMs, message }) => ({
    atMs,
    subject: `always on: ${rule}`,
    message,
    rules: [rule],
    around: eventsAround(events, atMs),
  }));
  return [...failedSteps, ...broken];
}

/** What people want to see: no line of the log below a warning, which would hide the rest. */
export function isTold(event: WorldEvent): boolean {
  return event.kind !== 'log' || event.level === 'warn' || event.level === 'error';
}

function eventsAround(events: readonly WorldEvent[], atMs: number): WorldEvent[] {
  const told = events.filter(isTold);
  const behind = told.findIndex((event) => event.atMs > atMs);
  const place = behind === -1 ? told.length : behind;
  return told.slice(Math.max(0, place - eventsBefore), place + eventsAfter);
}
