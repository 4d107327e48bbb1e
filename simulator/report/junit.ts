import { formatFileProblem } from '#simulator/scenario/load.ts';
import { type Finding, findingsOf } from './findings.ts';
import { type Played, titleOf, verdictOf } from './result.ts';
import { clockTime, eventWords } from './wording.ts';
import { escapeMarkup } from './markup.ts';

/** For CI: a test case a scenario. A wrong file is an error, a broken expectation a failure. Times are not told. */
export function junitReport(results: readonly Played[]): string {
  const failures = results.filter((played) => verdictOf(played) === 'failed').length;
  const errors = results.filter((played) => verdictOf(played) === 'wrong').length;
  const counts = `tests="${results.length}" failures="${failures}" errors="${errors}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="scenarios" ${counts}>`,
    ...results.flatMap(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(played: Played): string[] {
  const names = `name="${escapeMarkup(titleOf(played))}" classname="${escapeMarkup(played.file)}" file="${escapeMarkup(played.file)}"`;
  const inner =
    'problems' in played
      ? [element('error', 'the file is wrong', played.problems.map(formatFileProblem))]
      : findingsOf(played.outcome).map((finding) => findingElement(finding, played));
  return inner.length === 0 ? [`    <testcase ${names}/>`] : [`    <testcase ${names}>`, ...inner, '    </testcase>'];
}

function findingElement(finding: Finding, played: Played): string {
  const { atMs, line, subject, message, rules, around } = finding;
  const place = line === undefined ? played.file : `${played.file}:${line}`;
  const lines = [
    `${place}: ${subject}`,
    `at ${clockTime(atMs)}: ${message}`,
    `about ${rules.join(', ')}`,
    ...around.map((event) => `${clockTime(event.atMs)}  ${eventWords(event)}`),
  ];
  return element(verdictOf(played) === 'wrong' ? 'error' : 'failure', message, lines);
}

function element(name: 'error' | 'failure', message: string, lines: readonly string[]): string {
  return `      <${name} message="${escapeMarkup(message)}">${escapeMarkup(lines.join('\n'))}</${name}>`;
}
