import { type Finding, findingsOf } from './findings.ts';
import { formatFileProblem } from '#simulator/scenario/load.ts';
import { shownTime } from '#simulator/scenario/runner.ts';
import { type Played, summaryOf, titleOf, verdictOf } from './result.ts';
import { clockTime, eventWords } from './wording.ts';

/** For people at a terminal: a line a scenario, and of those that did not pass the reasons. */
export function prettyReport(results: readonly Played[]): string {
  return `${[...results.map(prettyResult), summaryOf(results)].join('\n')}\n`;
}

const marks = { passed: 'ok   ', failed: 'FAIL ', wrong: 'WRONG' } as const;

function prettyResult(played: Played): string {
  const mark = marks[verdictOf(played)];
  if ('problems' in played) return played.problems.map((problem) => `${mark} ${formatFileProblem(problem)}`).join('\n');
  const { outcome, file } = played;
  const title = `${mark} ${titleOf(played)} (${shownTime(outcome.endMs)})`;
  return [title, ...findingsOf(outcome).flatMap((finding) => findingLines(finding, file))].join('\n');
}

function findingLines(finding: Finding, file: string): string[] {
  const place = finding.line === undefined ? file : `${file}:${finding.line}:${finding.column ?? 1}`;
  const { rules, around, atMs } = finding;
  return [
    `      ${place}: ${finding.subject}`,
    `      at ${clockTime(atMs)}: ${finding.message}`,
    ...(rules.length === 0 ? [] : [`      about ${rules.join(', ')}`]),
    ...(around.length === 0 ? [] : ['      what happened around it:']),
    ...around.map((event) => `        ${clockTime(event.atMs)}  ${eventWords(event)}`),
  ];
}
