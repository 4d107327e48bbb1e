import { describe, expect, test } from 'vitest';
import { success } from '#protocol/core/result.ts';
import { arrival, createHandWorld, type Happening, scenarioOf } from '#test/handWorld.ts';
import { playScenario } from './runner.ts';

/** How each step of a story ended, in a world in which this happens. */
async function stepsOf(steps: readonly string[], happenings: readonly Happening[], options = {}) {
  const world = createHandWorld(happenings, options);
  const outcome = await playScenario(scenarioOf(...steps), world, () => success([]));
  return { verdicts: outcome.steps.map(({ verdict }) => verdict), outcome, world };
}

const fault = (atMs: number, ref: string) =>
  arrival(atMs, ref, { report: 'fault', from: 'hub', status: 67, priority: 4 });

describe('expect', () => {
  test('is met by what comes within the time given, and time then stands where that was', async () => {
    const { outcome } = await stepsOf(['expect: { report: alarm }'], [arrival(4_000, 'A')]);
    expect(outcome.steps[0]).toMatchObject({ verdict: 'passed', beganMs: 0, endedMs: 4_000, event: 1 });
  });

  test('waits ten seconds when it does not say, and not a millisecond more', async () => {
    const steps = ['expect: { report: alarm }'];
    expect((await stepsOf(steps, [arrival(10_000, 'A')])).verdicts).toEqual(['passed']);
    const { outcome } = await stepsOf(steps, [arrival(10_001, 'A')]);
    expect(outcome.steps[0]).toMatchObject({
      verdict: 'failed',
      endedMs: 10_000,
      problem: 'expected alarm within 10s; it did not come',
    });
  });

  test('in a row asserts an order: each looks from just behind the last match', async () => {
    const happenings = [arrival(1_000, 'A'), fault(2_000, 'B')];
    expect((await stepsOf(['expect: { report: alarm }', 'expect: { report: fault }'], happenings)).verdicts).toEqual([
      'passed',
      'passed',
    ]);
    expect((await stepsOf(['expect: { report: fault }', 'expect: { report: alarm }'], happenings)).verdicts).toEqual([
      'passed',
      'failed',
    ]);
  });

  test('looks back to the begin of the last action, but not behind a wait', async () => {
    const happenings = [arrival(1_000, 'A'), arrival(5_000, 'B')];
    const afterWait = ['wait: 2s', 'expect: { report: alarm }', 'expect: { report: alarm }'];
    expect((await stepsOf(afterWait, happenings)).verdicts).toEqual(['passed', 'passed', 'failed']);
    const afterAction = [
      'wait: 2s',
      'press: pendant',
      'expect: { state: { waiting: 0 } }',
      'expect: { report: alarm }',
    ];
    expect((await stepsOf(afterAction, happenings)).outcome.steps[3]).toMatchObject({
      verdict: 'passed',
      endedMs: 5_000,
    });
  });

  test('looks back to the first of several actions in a row: they are one moment, however long each takes', async () => {
    const inARow = ['centre: silent', 'broker: restart', 'centre: answers', 'expect: { report: alarm }'];
    const options = { actionTakesMs: 1_000 };
    expect((await stepsOf(inARow, [arrival(1_500, 'A')], options)).verdicts.at(-1)).toBe('passed');
    const apart = [
      'press: pendant',
      'expect: { state: { waiting: 0 } }',
      'press: pendant',
      'expect: { report: alarm }',
    ];
    expect((await stepsOf(apart, [arrival(500, 'A')], options)).verdicts.at(-1)).toBe('failed');
  });

  test('does not take a repeat of a report for a further report', async () => {
    const happenings = [arrival(1_000, 'A'), arrival(2_000, 'A', { repeat: true })];
    const { verdicts } = await stepsOf(['expect: { report: alarm }', 'expect: { report: alarm }'], happenings);
    expect(verdicts).toEqual(['passed', 'failed']);
  });

  test.each(['from: smoke', 'status: 9', 'priority: 9', 'buffered: true', 'report: fault'])(
    'is not met by a report that differs in %s',
    async (key) => {
      const { verdicts } = await stepsOf([`expect: { ${key} }`], [arrival(1_000, 'A')]);
      expect(verdicts).toEqual(['failed']);
    },
  );

  test('finds entries of the journal, lines of the log and heartbeats', async () => {
    const happenings: Happening[] = [
      { kind: 'journal', atMs: 1_000, row: 1, entry: 'started' },
      { kind: 'log', atMs: 2_000, level: 'warn', message: 'a warning', fields: {} },
      {
        kind: 'heartbeat',
        atMs: 3_000,
        at: 'primary',
        hub: 'hub-0001',
        beat: 1,
        probe: false,
        waiting: 0,
        answered: true,
      },
    ];
    const steps = ['expect: { journal: started }', 'expect: { log: warn }', 'expect: { report: heartbeat, from: hub }'];
    expect((await stepsOf(steps, happenings)).verdicts).toEqual(['passed', 'passed', 'passed']);
  });
});

describe('never', () => {
  test('watches for the whole of its time, and tells when it came', async () => {
    const steps = ['{ never: { report: alarm }, for: 1m }'];
    expect((await stepsOf(steps, [arrival(60_001, 'A')])).outcome.steps[0]).toMatchObject({ endedMs: 60_000 });
    const { outcome } = await stepsOf(steps, [arrival(60_000, 'A')]);
    expect(outcome.steps[0]).toMatchObject({
      verdict: 'failed',
      event: 1,
      problem: expect.stringContaining('after 1m'),
    });
  });

  test('does not look back', async () => {
    const steps = ['wait: 5s', '{ never: { report: alarm }, for: 1m }'];
    expect((await stepsOf(steps, [arrival(1_000, 'A')])).verdicts).toEqual(['passed', 'passed']);
  });
});

describe('count', () => {
  const happenings = [arrival(1_000, 'A'), arrival(2_000, 'A', { repeat: true }), arrival(3_000, 'B')];

  test.each([
    ['equals: 2', 'passed'],
    ['equals: 1', 'failed'],
    ['at-least: 3', 'failed'],
    ['at-most: 1', 'failed'],
    ['at-least: 2, at-most: 2', 'passed'],
    ['equals: 1, between: [1s, 2s]', 'passed'],
    ['equals: 2, between: [1s, 3s]', 'passed'],
  ])('%s of two reports, of which one was repeated: %s', async (limit, verdict) => {
    const { verdicts } = await stepsOf(['wait: 10s', `expect: { count: { report: alarm }, ${limit} }`], happenings);
    expect(verdicts).toEqual(['passed', verdict]);
  });
});

describe('state', () => {
  test('may become true within its time', async () => {
    const { outcome } = await stepsOf(['{ expect: { state: { waiting: 1 } }, within: 5s }'], [], {
      state: { waiting: 2 },
    });
    expect(outcome.steps[0]).toMatchObject({
      verdict: 'failed',
      endedMs: 5_000,
      problem: 'expected waiting to be 1 within 5s; it is 2',
    });
  });
});

describe('a step', () => {
  test('that fails ends the story: what follows is not done', async () => {
    const { verdicts, world } = await stepsOf(['expect: { report: alarm }', 'press: pendant'], []);
    expect(verdicts).toEqual(['failed', 'not-run']);
    expect(world.performed).toEqual([]);
  });

  test('with a time first waits for it', async () => {
    const { outcome, world } = await stepsOf(['{ press: pendant, at: 10m }'], []);
    expect(outcome.steps[0]).toMatchObject({ verdict: 'passed', beganMs: 600_000, endedMs: 600_000 });
    expect(world.performed).toEqual([{ word: 'press', name: 'pendant' }]);
  });

  test('whose time has passed, or that makes no sense in this world, is a mistake of the file', async () => {
    const late = await stepsOf(['expect: { report: alarm }', '{ press: pendant, at: 1s }'], [arrival(4_000, 'A')]);
    expect(late.outcome.verdict).toBe('wrong');
    expect(late.outcome.steps[1]?.problem).toBe('at: 1s has passed already; it is 4s by then');
    const refused = await stepsOf(['hub: crash'], [], { refuses: ['hub'] });
    expect(refused.outcome).toMatchObject({ verdict: 'wrong', violations: [] });
  });
});

test('a program that throws fails the step during which it did', async () => {
  const world = createHandWorld([]);
  world.advance = async () => await Promise.reject(new Error('a chart broke'));
  const outcome = await playScenario(scenarioOf('wait: 1m', 'press: pendant'), world, () => success([]));
  expect(outcome.verdict).toBe('failed');
  expect(outcome.steps[0]?.problem).toMatch(/^expected the program to live; it threw: Error: a chart broke/u);
});

test('a story whose steps all pass fails when a checker that is always on finds something', async () => {
  const { outcome } = await stepsOf(['wait: 1m'], [arrival(1_000, 'A')]);
  expect(outcome.steps[0]?.verdict).toBe('passed');
  expect(outcome.verdict).toBe('failed');
  expect(outcome.violations[0]).toMatchObject({ rule: 'B1.1', atMs: 1_000, event: 1 });
});
