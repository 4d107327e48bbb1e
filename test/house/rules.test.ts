import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { expect, test } from 'vitest';

/** House rules that no linter knows. Each message names what to do instead. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '');
const code = files.filter((file) => /\.(ts|pl|sh)$/u.test(file) || file.startsWith('scripts/'));
const prose = files.filter((file) => file.endsWith('.md'));

/** Lists `file:line: text` of the lines that match. */
function linesWith(pattern: RegExp, among: readonly string[]): string[] {
  return among.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
}

const notThisFile = (file: string) => file !== 'test/house/rules.test.ts';

test('tests await events: no timer and no sleep in them; use the virtual clock or await what happens', () => {
  const tests = code.filter((file) => file.endsWith('.test.ts')).filter(notThisFile);
  expect(
    linesWith(
      /setTimeout\(|\bsleep\(|timers\/promises/u,
      tests.filter((file) => !file.includes('imports.test')),
    ),
  ).toEqual([]);
});

test('no parked tests and no notes to self: do it, or write an issue', () => {
  expect(
    linesWith(/\b(it|test|describe)\.(skip|only|todo|fails)\b|\b(TODO|FIXME|XXX|HACK)\b/u, code.filter(notThisFile)),
  ).toEqual([]);
});

test('files are camelCase, folders kebab-case', () => {
  const odd = code.filter(
    (file) =>
      !/^[a-z][a-zA-Z0-9]*(\.(chart|test|config))*(\.(ts|js|pl|sh))?$/u.test(basename(file)) ||
      !/^(\.|([a-z][a-z0-9-]*)(\/[a-z][a-z0-9-]*)*)$/u.test(dirname(file)),
  );
  expect(odd).toEqual([]);
});

test('no drawer for odds and ends: name a file or folder after what is in it', () => {
  expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|managers?|misc)(\.|\/|$)/iu.test(file))).toEqual([]);
});

test('a file is about one thing: over 400 lines it is about two', () => {
  const long = code.filter((file) => readFileSync(file, 'utf8').split('\n').length > 401);
  expect(long).toEqual([]);
});

test('errors are told by code and words, not by a stack trace: console.error and process.exit stay in commands', () => {
  const below = code.filter((file) => /^(protocol|agent|devices|centre|simulator)\//u.test(file));
  const notCommands = below.filter((file) => !/cli|\.test\.ts$/u.test(file) && file !== 'agent/main.ts');
  expect(linesWith(/console\.(log|error|warn)|process\.exit\(/u, notCommands)).toEqual([]);
});

test('every chart has a test beside it, which reaches every state and every transition by test/chartCoverage.ts', () => {
  const charts = code.filter((file) => file.endsWith('.chart.ts'));
  const untested = charts.filter((file) => {
    const test = file.replace(/\.ts$/u, '.test.ts');
    return !files.includes(test) || !readFileSync(test, 'utf8').includes('uncovered(');
  });
  expect(untested).toEqual([]);
  expect(charts.length).toBeGreaterThan(0);
});

test('every decision has its date, status, background, decision and consequences', () => {
  const decisions = prose.filter((file) => file.startsWith('docs/decisions/') && !file.endsWith('README.md'));
  const parts = ['Date: ', 'Status: ', '## Background', '## Decision', '## Consequences'];
  const missing = decisions.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return parts.filter((part) => !text.includes(part)).map((part) => `${file}: "${part}" is missing`);
  });
  expect(missing).toEqual([]);
  expect(decisions.length).toBeGreaterThan(0);
});

test('links between documents lead somewhere', () => {
  const dead = prose.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)]*)?\)/gu)]
      .map((match) => match[1] ?? '')
      .filter(
        (target) =>
          !files.some((other) => other === resolve(file, target) || other.startsWith(`${resolve(file, target)}/`)),
      )
      .map((target) => `${file}: ${target}`),
  );
  expect(dead).toEqual([]);
});

function resolve(file: string, target: string): string {
  const parts = `${dirname(file)}/${target}`.split('/').filter((part) => part !== '.' && part !== '');
  const path: string[] = [];
  for (const part of parts) {
    if (part === '..') {
      path.pop();
    } else {
      path.push(part);
    }
  }
  return path.join('/');
}
