import type { FileProblem } from '#simulator/scenario/load.ts';
import type { Outcome } from '#simulator/scenario/runner.ts';

/** What became of one file: it was played, or it cannot be. */
export type Played = {
  file: string;
  /** Wall time, ISO 8601. */
  startedAt: string;
  /** Real milliseconds that it took. Only the JSON tells these two, which differ from run to run. */
  elapsedMs: number;
} & ({ outcome: Outcome } | { problems: readonly FileProblem[] });

export type Verdict = 'passed' | 'failed' | 'wrong';

export function verdictOf(played: Played): Verdict {
  return 'outcome' in played ? played.outcome.verdict : 'wrong';
}

/** The scenario's own name, or its file's when it could not be read. */
export function titleOf(played: Played): string {
  return 'outcome' in played ? played.outcome.scenario.scenario : played.file;
}

/** The summary that every report ends or begins with: `2 passed, 1 failed, 1 wrong`. */
export function summaryOf(results: readonly Played[]): string {
  const count = (verdict: Verdict): number => results.filter((played) => verdictOf(played) === verdict).length;
  const wrong = count('wrong');
  return `${count('passed')} passed, ${count('failed')} failed${wrong === 0 ? '' : `, ${wrong} wrong`}`;
}

/** 0 all passed, 1 some failed, 2 a file is wrong. */
export function exitStatusOf(results: readonly Played[]): number {
  const verdicts = results.map(verdictOf);
  if (verdicts.includes('wrong')) return 2;
  return verdicts.includes('failed') ? 1 : 0;
}
