import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'scenario-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs `welfare-hub scenario …` as people do. */
function scenario(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/welfareHub.ts', 'scenario', ...words], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function story(name: string, ...steps: string[]): string {
  const file = join(folder, name);
  writeFileSync(file, ['scenario: A story', 'steps:', ...steps.map((step) => `  - ${step}`), ''].join('\n'));
  return file;
}

const good = ['press: pendant', 'expect: { report: alarm, from: pendant }'];

test('what passes exits with 0, what fails with 1, and a wrong file with 2 and its place', () => {
  const passing = story('a.yaml', ...good);
  expect(scenario('run', passing)).toMatchObject({ status: 0, stdout: expect.stringContaining('1 passed, 0 failed') });
  const failing = story('b.yaml', 'expect: { report: alarm }');
  expect(scenario('run', folder)).toMatchObject({ status: 1, stdout: expect.stringContaining('1 passed, 1 failed') });
  expect(scenario('run', failing).stdout).toContain(`${failing}:3:5: expect: { report: alarm }`);
  const wrong = story('c.yaml', 'pres: pendant');
  expect(scenario('run', wrong)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(`${wrong}:3:5: unknown word`),
  });
});

test('a time that has passed by the time it is reached is a mistake of the file', () => {
  const file = story('late.yaml', 'press: pendant', 'expect: { report: alarm }', '{ press: pendant, at: 1ms }');
  expect(scenario('run', file)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('at: 1ms has passed already'),
  });
});

test('in real time the verdict is the same, and standard error says on which broker it was played', () => {
  expect(scenario('run', story('a.yaml', ...good), '--time', 'real')).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^ok {4}A story .*\n1 passed, 0 failed\n$/u),
    stderr: expect.stringMatching(/^broker: .*mosquitto\n$/u),
  });
});

test('reports go to their files, the pretty one to the screen', () => {
  const [page, suite] = [join(folder, 'story.html'), join(folder, 'story.xml')];
  const run = scenario('run', story('a.yaml', ...good), '--report', `html=${page}`, '--report', `junit=${suite}`);
  expect(run).toMatchObject({ status: 0, stdout: expect.stringMatching(/^ok {4}A story/u) });
  expect(readFileSync(page, 'utf8')).toContain('<h2>A story</h2>');
  expect(readFileSync(suite, 'utf8')).toContain('tests="1" failures="0"');
});

test.each([
  [['run'], "missing required argument 'files'"],
  [['run', 'nowhere.yaml'], 'nowhere.yaml:1:1: there is no such file or folder'],
  [['run', 'a.yaml', '--report', 'prety'], 'Did you mean pretty?'],
  [['run', 'a.yaml', '--jobs', '0'], 'a number from 1 to 64'],
  [['run', 'a.yaml', '--speed', 'fast'], 'a number above 0'],
  [['run', 'a.yaml', '--time', 'real', '--speed', '60'], '--speed is for virtual time'],
])('a wrong call is told and exits with 2: %j', (words, told) => {
  expect(scenario(...words)).toMatchObject({ status: 2, stderr: expect.stringContaining(told) });
});

test('check says what is wrong without playing, and nothing more when all is right', () => {
  expect(scenario('check', story('a.yaml', ...good))).toMatchObject({ status: 0, stdout: 'the scenario is right\n' });
  story('b.yaml', 'press: pendnat');
  expect(scenario('check', folder)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('did you mean "pendant"?'),
  });
});

test('the schema is the one that is shipped', () => {
  expect(scenario('schema').stdout).toBe(readFileSync('docs/schemas/scenario.schema.json', 'utf8'));
});

test('to watch, a story can be paced, and comes to the same end', () => {
  const run = scenario('run', story('a.yaml', ...good, 'wait: 1s'), '--speed', '20');
  expect(run).toMatchObject({ status: 0, stdout: expect.stringContaining('1 passed, 0 failed') });
});
