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

describe('the page draws what the story has', () => {
  const power = (atMs: number, mains: boolean, chargePercent: number): Happening => ({
    kind: 'power',
    atMs,
    mains,
    chargePercent,
  });
  const call = (atMs: number, is: 'ringing' | 'connected' | 'ended'): Happening => ({
    kind: 'voice',
    atMs,
    is,
    path: 'sip',
    by: 'hub',
    to: 'sip:centre',
  });
  const visit = (atMs: number, row: number, status: number): Happening => ({
    kind: 'journal',
    atMs,
    row,
    entry: 'report',
    ref: `V${row}`,
    report: 'visit',
    from: 'day-staff',
    status,
  });

  async function pageOf(...happenings: readonly Happening[]): Promise<string> {
    const world = createHandWorld(happenings);
    const outcome = await playScenario(scenarioOf('wait: 1h'), world, () => rows);
    return reportFormats.html([{ file: 'story.yaml', startedAt: '', elapsedMs: 0, outcome }]);
  }

  test('power with the curve of the battery, calls, visits, lights, sounds and short messages', async () => {
    const page = await pageOf(
      power(1_000, false, 100),
      { kind: 'mobile', atMs: 1_500, sim: 'ready', registration: 'searching', access: 'none', data: false },
      call(2_000, 'ringing'),
      call(10_000, 'connected'),
      { kind: 'light', atMs: 11_000, name: 'alarm' },
      { kind: 'sound', atMs: 11_000, name: 'alarm' },
      { kind: 'sms', atMs: 12_000, is: 'sent', number: '+46', text: 'H1' },
      call(60_000, 'ended'),
      visit(61_000, 1, 87),
      power(600_000, false, 40),
      visit(700_000, 2, 111),
      { kind: 'device', atMs: 800_000, device: 'gnss', is: 'unplugged' },
    );
    const lanes = [...page.matchAll(/<text class="lane"[^>]*>([^<]*)</gu)].map(([, name]) => name);
    expect(lanes).toEqual(
      expect.arrayContaining([
        'Power',
        'Battery, per cent',
        'Calls',
        'Staff',
        'Light and sound',
        'Short messages',
        'Modem',
      ]),
    );
    expect(lanes).toContain('Device: gnss');
    expect(page).toContain('<polyline class="curve"');
    expect(page).toContain('40 %</text>');
    expect(page).toContain('<title>talking, 0:00:10.000 to 0:01:00.000</title>');
    expect(page).toContain('<title>day-staff is there, 0:01:01.000 to 0:11:40.000</title>');
  });

  test('and no lane for what it has not', async () => {
    const page = await pageOf(call(2_000, 'ringing'));
    const lanes = [...page.matchAll(/<text class="lane"[^>]*>([^<]*)</gu)].map(([, name]) => name);
    expect(lanes).toContain('Calls');
    expect(lanes).not.toContain('Power');
    expect(lanes).not.toContain('Reserve centre');
  });
});

test('a rule that is always on and was broken is told with the step that was going on', async () => {
  const world = createHandWorld([arrival(50, 'A')]);
  const outcome = await playScenario(scenarioOf('press: pendant', 'wait: 1m'), world, () => success([]));
  const text = reportFormats.pretty([{ file: 'story.yaml', startedAt: '', elapsedMs: 0, outcome }]);
  expect(text).toContain(
    '      story.yaml:5:5: always on: B1.1\n      at 0:00:00.050: alarm A from pendant arrived before',
  );
  expect(text).toContain('        0:00:00.050  primary centre got alarm A');
});
