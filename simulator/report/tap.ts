import { formatFileProblem } from '#simulator/scenario/load.ts';
import { findingsOf } from './findings.ts';
import { type Played, titleOf, verdictOf } from './result.ts';
import { clockTime, eventWords } from './wording.ts';

/** The Test Anything Protocol, version 14: a test point a scenario, the reasons as a YAML block. */
export function tapReport(results: readonly Played[]): string {
  return `${['TAP version 14', `1..${results.length}`, ...results.flatMap(testPoint)].join('\n')}\n`;
}

function testPoint(played: Played, index: number): string[] {
  const verdict = verdictOf(played);
  const title = titleOf(played).replaceAll(/[\\#]/gu, String.raw`\$&`);
  const point = `${verdict === 'passed' ? 'ok' : 'not ok'} ${index + 1} - ${title.replaceAll(/\s+/gu, ' ')}`;
  const block = diagnostics(played);
  return block.length === 0 ? [point] : [point, '  ---', ...block.map((line) => `  ${line}`), '  ...'];
}

/** JSON texts are YAML too, and need no thought about quotes. */
function diagnostics(played: Played): string[] {
  if ('problems' in played)
    return played.problems.map((problem) => `- message: ${JSON.stringify(formatFileProblem(problem))}`);
  return findingsOf(played.outcome).flatMap(({ atMs, line, subject, message, rules, around }) => [
    `- message: ${JSON.stringify(message)}`,
    `  step: ${JSON.stringify(subject)}`,
    `  at: ${JSON.stringify(clockTime(atMs))}`,
    `  file: ${JSON.stringify(line === undefined ? played.file : `${played.file}:${line}`)}`,
    `  rules: ${JSON.stringify(rules)}`,
    `  around: ${JSON.stringify(around.map((event) => `${clockTime(event.atMs)}  ${eventWords(event)}`))}`,
  ]);
}
