import { describe, expect, test } from 'vitest';
import { success } from '#protocol/core/result.ts';
import { playScenario } from '#simulator/scenario/runner.ts';
import { arrival, createHandWorld, type Happening, scenarioOf } from '#test/handWorld.ts';
import { reportFormats } from './formats.ts';
import { exitStatusOf, type Played } from './result.ts';
import { createScale } from './scale.ts';

const committed: Happening = {
  kind: 'journal',
  atMs: 40,
  row: 1,
  entry: 'report',
  ref: 'A',
  report: 'alarm',
  from: 'pendant',
};
const settled: Happening = { kind: 'journal', atMs: 90, row: 2, entry: 'acknowledged', ref: 'A' };
const rows = success([
  { row: 1, entry: 'report', ref: 'A' },
  { row: 2, entry: 'acknowledged', ref: 'A' },
]);

/** Times that differ from run to run are the argument, so that it shows where they come out. */
async function played(step: string, elapsedMs = 12): Promise<Played> {
  const world = createHandWorld([committed, arrival(50, 'A'), settled]);
  const outcome = await playScenario(scenarioOf('press: pendant', step), world, () => rows);
  return { file: 'story.yaml', startedAt: new Date(elapsedMs).toISOString(), elapsedMs, outcome };
}

const passing = 'expect: { journal: acknowledged }';
const failing = 'expect: { report: fault }';
const wrong: Played = {
  file: 'bad<&>.yaml',
  startedAt: '',
  elapsedMs: 0,
  problems: [{ file: 'bad<&>.yaml', line: 3, column: 5, message: 'unknown word "pres"; did you mean "press"?' }],
};

describe('each report tells', () => {
  test('a terminal: what passed in a line, and of what failed the place, the time, the rule and what was around', async () => {
    expect(reportFormats.pretty([await played(passing), await played(failing), wrong])).toBe(
      [
        'ok    A story (90ms)',
        'FAIL  A story (10s)',
        '      story.yaml:5:5: expect: { report: fault }',
        '      at 0:00:10.000: expected fault within 10s; it did not come',
        '      about B1.1',
        '      what happened around it:',
        '        0:00:00.000  somebody presses pendant',
        '        0:00:00.040  journal row 1: alarm A from pendant',
        '        0:00:00.050  primary centre got alarm A from pendant: alarm, manual, priority 8 → handled',
        '        0:00:00.090  journal row 2: acknowledged A',
        'WRONG bad<&>.yaml:3:5: unknown word "pres"; did you mean "press"?',
        '1 passed, 1 failed, 1 wrong',
        '',
      ].join('\n'),
    );
  });

  test('CI by JUnit: a failure for a broken expectation, an error for a wrong file, and no loose markup', async () => {
    const text = reportFormats.junit([await played(passing), await played(failing), wrong]);
    expect(text).toContain('<testsuites tests="3" failures="1" errors="1">');
    expect(text).toContain('<failure message="expected fault within 10s; it did not come">story.yaml:5: expect');
    expect(text).toContain('classname="bad&lt;&amp;&gt;.yaml"');
    expect(text).toContain('did you mean &quot;press&quot;?</error>');
  });

  test('a harness by TAP: a point a story, and why', async () => {
    const lines = reportFormats.tap([await played(passing), await played(failing)]).split('\n');
    expect(lines.slice(0, 6)).toEqual([
      'TAP version 14',
      '1..2',
      'ok 1 - A story',
      'not ok 2 - A story',
      '  ---',
      '  - message: "expected fault within 10s; it did not come"',
    ]);
  });

  test('programs by JSON: everything that happened', async () => {
    const [story]: unknown[] = JSON.parse(reportFormats.json([await played(failing)]));
    expect(story).toMatchObject({
      verdict: 'failed',
      covers: ['B1.1'],
      endMs: 10_000,
      findings: [{ line: 5, atMs: 10_000, rules: ['B1.1'], around: [1, 2, 3, 4] }],
      steps: [
        { line: 4, step: 'press: pendant', verdict: 'passed' },
        { line: 5, verdict: 'failed' },
      ],
      events: [{ kind: 'action' }, { kind: 'journal' }, { kind: 'arrival' }, { kind: 'journal' }],
    });
  });

  test('people by a page: the failure at the top and on the timeline, and nothing from outside', async () => {
    const page = reportFormats.html([await played(failing)]);
    const finding = page.indexOf('<section class="finding">');
    expect(finding).toBeGreaterThan(0);
    expect(finding).toBeLessThan(page.indexOf('<svg viewBox'));
    expect(page).toContain('✗ it went wrong here');
    expect(page).toContain('<tr class="failed">');
    expect(page).not.toMatch(/<script|https?:|url\(|@import|<link|<img/u);
    expect(reportFormats.html([await played(passing)])).not.toContain('it went wrong here');
  });
});

test('two runs of one story differ in nothing but elapsedMs and startedAt of the JSON', async () => {
  const [one, other] = [await played(failing, 12), await played(failing, 3_456)];
  for (const format of ['pretty', 'junit', 'tap', 'html'] as const) {
    expect(reportFormats[format]([one])).toBe(reportFormats[format]([other]));
  }
  const timeless = (report: Played) =>
    JSON.parse(reportFormats.json([report]), (key, value: unknown) =>
      /^(elapsedMs|startedAt)$/u.test(key) ? 0 : value,
    );
  expect(timeless(one)).toEqual(timeless(other));
});

test('the exit status is 0 when all passed, 1 when some failed, 2 when a file is wrong', async () => {
  expect(exitStatusOf([await played(passing)])).toBe(0);
  expect(exitStatusOf([await played(passing), await played(failing)])).toBe(1);
  expect(exitStatusOf([await played(failing), wrong])).toBe(2);
});

test('on the timeline a press and its answer stand apart although three days lie before them', () => {
  const daysMs = 259_200_000;
  const { x, breaks } = createScale([daysMs, daysMs + 50], daysMs + 60_000, 0, 1_000);
  expect(x(0)).toBe(0);
  expect(x(daysMs + 60_000)).toBe(1_000);
  expect(x(daysMs + 50) - x(daysMs)).toBeGreaterThan(20);
  expect(breaks).toMatchObject([{ fromMs: 0, toMs: daysMs }]);
});
