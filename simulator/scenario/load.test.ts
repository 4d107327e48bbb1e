import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { accessoryKinds } from '#protocol/configuration/accessories.ts';
import { problemLimit } from './document.ts';
import { findScenarios } from './files.ts';
import { fileLimitBytes, formatFileProblem, loadScenario, readScenario } from './load.ts';

/** What is told of a text, as `line:column: message`. */
function problemsOf(text: string): string[] {
  const read = readScenario(text);
  return read.ok ? [] : read.problem.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

function scenarioOf(text: string) {
  const read = readScenario(text);
  if (!read.ok) throw new Error(read.problem.map(({ message }) => message).join('\n'));
  return read.value;
}

/** A scenario with these steps; the first of them is on line 3. */
const withSteps = (...steps: string[]) =>
  ['scenario: A story', 'steps:', ...steps.map((step) => `  - ${step}`)].join('\n');

describe('a scenario that is right', () => {
  test('is read with everything filled in', () => {
    const scenario = scenarioOf(withSteps('press: pendant'));
    expect(scenario).toMatchObject({ scenario: 'A story', covers: [], seed: 1, timezone: 'Europe/Stockholm' });
    expect(new Date(scenario.startMs).toISOString()).toBe('2026-01-15T11:00:00.000Z');
    expect(scenario).toMatchObject({ centre: { answersAfterMs: 8_000, talksForMs: 60_000 }, realRates: false });
  });

  test('has one accessory of each kind, named by its kind', () => {
    const { accessories } = scenarioOf(withSteps('press: pendant')).hub;
    expect(accessories.map(({ name }) => name)).toEqual(accessories.map(({ kind }) => kind));
    expect(accessories.map(({ kind }) => kind)).toEqual(accessoryKinds.filter((kind: string) => kind !== 'strap'));
  });

  test('has its checks with their times in milliseconds, and ten seconds where it does not say', () => {
    const { steps } = scenarioOf(
      withSteps(
        '{ expect: { report: alarm, from: pendant }, at: 1m }',
        '{ expect: { journal: acknowledged }, within: 1h30m }',
        '{ never: { log: error }, for: 3d }',
        'expect: { count: { report: alarm }, at-least: 1, between: [0s, 72h] }',
        'expect: { state: { waiting: 0 } }',
      ),
    );
    expect(steps).toMatchObject([
      { kind: 'expect', lookedFor: { report: 'alarm', from: 'pendant' }, withinMs: 10_000, atMs: 60_000, line: 3 },
      { kind: 'expect', lookedFor: { journal: 'acknowledged' }, withinMs: 5_400_000 },
      { kind: 'never', lookedFor: { log: 'error' }, forMs: 259_200_000 },
      { kind: 'count', lookedFor: { report: 'alarm' }, limits: { atLeast: 1, between: [0, 259_200_000] } },
      { kind: 'state', state: { waiting: 0 }, withinMs: 10_000, line: 7 },
    ]);
  });

  test('lays its hub over the usual one: maps merged, accessories added, known names replaced', () => {
    const { hub } = scenarioOf(
      [
        'scenario: A story',
        'hub:',
        '  heartbeat: { interval: 10m }',
        '  accessories:',
        '    - { name: garden, kind: extra-pendant, location: garden }',
        '    - { name: pendant, location: bathroom }',
        'steps: [{ press: garden }]',
      ].join('\n'),
    );
    expect(hub.heartbeat.intervalMs).toBe(600_000);
    expect(hub.paths.roundEveryMs).toBe(30_000);
    expect(hub.accessories).toHaveLength(scenarioOf(withSteps('link: up')).hub.accessories.length + 1);
    expect(hub.accessories[0]).toMatchObject({
      name: 'pendant',
      kind: 'pendant',
      id: '002a0001',
      location: 'bathroom',
    });
    expect(hub.accessories.at(-1)).toMatchObject({ name: 'garden', kind: 'extra-pendant', location: 'garden' });
  });
});

describe('a scenario that is wrong is told with the place and what would be right', () => {
  test.each([
    ['a word with a slip', 'pres: pendant', '3:5: unknown word "pres" in steps[1]; did you mean "press"?'],
    [
      'an accessory that nobody has',
      'press: pendnat',
      '3:12: steps[1].press: there is no accessory "pendnat"; did you mean "pendant"?',
    ],
    [
      'an accessory that cannot do it',
      'shout: smoke',
      '3:12: steps[1].shout: smoke is no voice trigger; right would be voice-trigger',
    ],
    [
      'a tag that nobody has',
      'tag: dya-staff',
      '3:10: steps[1].tag: there is no tag "dya-staff"; did you mean "day-staff"?',
    ],
    [
      'a key that no telephone has',
      'operator: { dtmf: 12 }',
      '3:23: steps[1].operator.dtmf is the number 12; right would be a whole',
    ],
    [
      'a smoke detector that is said to be somewhere',
      'position: { of: smoke, lat: 59.3, lon: 18.1 }',
      '3:21: steps[1].position.of: smoke is no GPS tracker',
    ],
    [
      'a configuration with a slip',
      'configure: { heartbeat: { intervall: 5m } }',
      '3:31: steps[1].configure: unknown key "intervall" in heartbeat; did you mean "interval"?',
    ],
    [
      "a configuration that is the machine's own affair",
      'configure: { radio: { port: x } }',
      '3:18: steps[1].configure: unknown word "radio"',
    ],
    [
      'a command with a slip',
      'command: { name: locat }',
      '3:22: steps[1].command.name is "locat"; right would be one of',
    ],
    ['a pattern that is none', 'expect: { sms: "H1 (" }', '3:20: steps[1].expect.sms: Invalid regular expression'],
    [
      'a report by sms that is verified',
      'expect: { report: alarm, at: sms, verified: true }',
      '3:13: steps[1].expect: a report by sms has no verified',
    ],
    [
      'a light that the hub has not',
      'expect: { light: redy }',
      '3:22: steps[1].expect.light is "redy"; right would be one of',
    ],
    [
      'a pendant that smells smoke',
      'smoke: pendant',
      '3:12: steps[1].smoke: pendant is no smoke detector; right would be smoke',
    ],
    [
      'a state with a slip',
      'link: dwon',
      '3:11: steps[1].link is "dwon"; right would be one of down, up, or a map with loss, delay, rate; did you mean "down"?',
    ],
    [
      'a duration without a unit',
      'wait: 5',
      '3:11: steps[1].wait is the number 5; right would be a duration, written like 500ms, 8s, 1h30m or 3d',
    ],
    [
      'a duration of another language',
      'wait: 5 minutes',
      '3:11: steps[1].wait is "5 minutes"; right would be a duration',
    ],
    [
      'two things in one step',
      '{ press: pendant, link: up }',
      '3:23: steps[1].link: press and link in one step; right would be a step each',
    ],
    ['a step that does nothing', 'within: 5s', '3:5: steps[1]: nothing to do; right would be one of press'],
    ['a never without its time', 'never: { report: alarm }', '3:5: steps[1]: never needs for: how long it is watched'],
    [
      'a within beside a count',
      '{ expect: { count: { report: alarm }, equals: 1 }, within: 5s }',
      '3:56: steps[1].within: a count is taken once, now',
    ],
    ['a count without a number', 'expect: { count: { report: alarm } }', '3:13: steps[1].expect: count needs a number'],
    [
      'two kinds of things at once',
      'expect: { report: alarm, journal: report }',
      '3:13: steps[1].expect: report and journal are of different things',
    ],
    [
      'a report of no kind',
      'expect: { report: visits }',
      '3:23: steps[1].expect.report is "visits"; right would be one of alarm, update, test, fault',
    ],
    [
      'a heartbeat with a status',
      'expect: { report: heartbeat, status: 3 }',
      '3:13: steps[1].expect: a heartbeat has no status',
    ],
    [
      'bytes that are none',
      'bytes: { to: radio, hex: "5" }',
      '3:30: steps[1].bytes.hex is "5"; right would be bytes in hex',
    ],
    [
      'a change that changes nothing',
      'accessory: { name: pendant }',
      '3:16: steps[1].accessory says too little; right would be any of battery, silent, tamper, dbm',
    ],
  ])('%s', (_what, step, told) => {
    const problems = problemsOf(withSteps(step));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.slice(0, told.length)).toBe(told);
  });

  test('a time that has passed by then, counted from what the steps before take at least', () => {
    expect(problemsOf(withSteps('wait: 10m', '{ press: pendant, at: 5m }'))).toEqual([
      '4:27: steps[2]: at: 5m has passed already; right would be 10m or later',
    ]);
    expect(problemsOf(withSteps('wait: 10m', '{ press: pendant, at: 10m }'))).toEqual([]);
  });

  test.each([
    ['start: 2026-03-29T02:30', '2:8: start is 2026-03-29T02:30, which the clocks in Europe/Stockholm skip'],
    ['start: 2026-02-30T12:00', '2:8: start is "2026-02-30T12:00", which is no day or time'],
    ['timezone: Europe/Stokholm', '2:11: there is no time zone "Europe/Stokholm"'],
    ['covers: [B2.3, X1]', '2:16: covers[2] is "X1"; right would be a rule such as B2.3 or H12'],
    [
      'hub: { heartbeat: { intervall: 1m } }',
      '2:21: hub: unknown key "intervall" in heartbeat; did you mean "interval"?',
    ],
    ['hub: { radio: { port: x } }', '2:8: hub: unknown word "radio"; known are '],
    ['hub: { accessories: [{ name: garden, kind: pendent }] }', '2:44: hub: accessories[1].kind is "pendent"'],
    ['hub: now', '2:6: hub is "now"; right would be a map with '],
    ['seeds: 4', '2:1: unknown word "seeds"; did you mean "seed"?'],
  ])('the header %s', (header, told) => {
    const problems = problemsOf(`scenario: A story\n${header}\nsteps: [{ press: pendant }]`);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.slice(0, told.length)).toBe(told);
  });

  test('no scenario at all, no steps, and a text that is no YAML', () => {
    expect(problemsOf('')[0]).toMatch(/^1:1: the scenario is empty; right would be a map with scenario, about/u);
    expect(problemsOf('scenario: A story\nsteps: []')).toEqual(['2:8: steps has 0 entries; right would be 1 to 10000']);
    expect(problemsOf('scenario: A\nscenario: B')[0]).toMatch(/^2:1: the key "scenario" is there twice/u);
  });
});

test('of a file full of mistakes only the first are told', () => {
  const steps = Array.from({ length: problemLimit + 10 }, () => 'pres: pendant');
  expect(problemsOf(withSteps(...steps))).toHaveLength(problemLimit);
});

test('a folder is walked for *.yaml in the order of the names, each once, and not beyond the limit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
  try {
    expect(findScenarios([folder]).problems[0]?.message).toMatch(/^the folder holds no \*\.yaml/u);
    for (const name of ['b.yaml', 'a.yaml', 'notes.md']) writeFileSync(join(folder, name), '');
    const both = [join(folder, 'a.yaml'), join(folder, 'b.yaml')];
    expect(findScenarios([folder, join(folder, 'a.yaml')], 2)).toEqual({ files: both, problems: [] });
    const { files, problems } = findScenarios([folder], 1);
    expect(files).toEqual(both.slice(0, 1));
    expect(problems[0]?.message).toBe('2 files are too many for one call; right would be 1 at most');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('a file', () => {
  test('that is not there, too long or no text is told by its name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
    try {
      const file = join(folder, 'story.yaml');
      expect(tell(file)).toMatch(/story\.yaml:1:1: the file cannot be read: ENOENT/u);
      writeFileSync(file, Buffer.from([0xff, 0xfe, 0x00]));
      expect(tell(file)).toMatch(/story\.yaml:1:1: the file is not UTF-8 text/u);
      truncateSync(file, fileLimitBytes + 1);
      expect(tell(file)).toMatch(/262145 bytes; right would be 262144 at most/u);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function tell(file: string): string {
  const loaded = loadScenario(file);
  return loaded.ok ? 'right' : loaded.problem.map(formatFileProblem).join('\n');
}
