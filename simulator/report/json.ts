import type { Outcome } from '#simulator/scenario/runner.ts';
import { findingsOf } from './findings.ts';
import { type Played, titleOf, verdictOf } from './result.ts';

/** For programs: everything that happened. `startedAt` and `elapsedMs` alone differ between two runs of one file. */
export function jsonReport(results: readonly Played[]): string {
  return `${JSON.stringify(results.map(toJson), null, 2)}\n`;
}

function toJson(played: Played): object {
  const { file, startedAt, elapsedMs } = played;
  const common = { file, scenario: titleOf(played), verdict: verdictOf(played), startedAt, elapsedMs };
  return 'problems' in played
    ? { ...common, problems: played.problems }
    : { ...common, ...outcomeJson(played.outcome) };
}

function outcomeJson(outcome: Outcome): object {
  const { scenario, steps, events, endMs, traceHash } = outcome;
  const { about, covers, seed, startMs, timezone } = scenario;
  return {
    about,
    covers,
    seed,
    start: new Date(startMs).toISOString(),
    timezone,
    endMs,
    traceHash,
    findings: findingsOf(outcome).map(({ around, ...finding }) => ({
      ...finding,
      around: around.map(({ sequence }) => sequence),
    })),
    steps: steps.map(({ step, verdict, beganMs, endedMs, problem, event }) => ({
      line: step.line,
      step: step.words,
      verdict,
      beganMs,
      endedMs,
      problem,
      event,
    })),
    events,
  };
}
