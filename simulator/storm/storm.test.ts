import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openVirtualWorld } from '#simulator/world/virtualWorld.ts';
import type { OpenWorld } from '#simulator/world/world.ts';
import { drawStorm, readStorm } from './draw.ts';
import { readFaultsFile } from './faultsFile.ts';
import { figuresOf } from './figures.ts';
import { playStorm, storyOf } from './play.ts';
import { shrinkStorm } from './shrink.ts';

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

describe('what is drawn', () => {
  test.each([
    [10, 1],
    [100, 20],
  ])('is a scenario, also over %i days and %i times as calm', (days, calm) => {
    for (const seed of seeds.slice(0, 5)) {
      const { document, drawn } = drawStorm({ seed, days, calm });
      expect(readStorm(document).steps).toHaveLength(document.steps.length);
      expect(drawn).toBeLessThan(document.steps.length);
    }
  });

  test('is the same for the same seed, and another for another', () => {
    expect(drawStorm({ seed: 5, days: 1 })).toEqual(drawStorm({ seed: 5, days: 1 }));
    expect(drawStorm({ seed: 5, days: 1 }).document.steps).not.toEqual(drawStorm({ seed: 6, days: 1 }).document.steps);
  });

  test('is less in a calm one, as far as it goes by time', () => {
    const stepsOf = (calm: number): number =>
      seeds.reduce((sum, seed) => sum + drawStorm({ seed, days: 2, calm }).document.steps.length, 0);
    const healing = stepsOf(1_000);
    const share = (stepsOf(10) - healing) / (stepsOf(1) - healing);
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.2);
  });

  test('has no fault whose factor is 0', () => {
    const wordsOf = (weights: Record<string, number>): boolean =>
      seeds.some((seed) =>
        drawStorm({ seed, days: 3, weights }).document.steps.some((step) =>
          JSON.stringify(step).includes('"broker":"restart"'),
        ),
      );
    expect(wordsOf({})).toBe(true);
    expect(wordsOf({ 'broker-restart': 0 })).toBe(false);
  });
});

test('an old journal is brought back in some storms, and in no calm life: after it who judges knows less', () => {
  const share = (options: object): number =>
    Array.from({ length: 100 }, (_, seed) => drawStorm({ seed, days: 0.1, ...options })).filter(({ document }) =>
      document.steps.some(({ journal }) => journal === 'restored'),
    ).length / 100;
  expect(share({})).toBeGreaterThan(0.05);
  expect(share({ weights: { 'old-journal': 0 } })).toBe(0);
  expect(share({ calm: 2 })).toBe(0);
});

test('an alarm that an old journal does not know is counted apart', async () => {
  const storm = drawStorm({ seed: 1, days: 1 });
  const steps = [
    { press: 'pendant' },
    { expect: { journal: 'acknowledged' } },
    { journal: 'copied' },
    { link: 'down' },
    { press: 'extra-pendant' },
    { journal: 'restored' },
  ];
  const weathered = await playStorm({ ...storm, document: { ...storm.document, steps }, drawn: 0 }, openVirtualWorld);
  expect(weathered.problems).toEqual([]);
  expect(figuresOf(weathered)).toMatchObject({ alarms: 2, acknowledged: 1, forgotten: 1 });
});

describe('a file of factors', () => {
  const read = (text: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'factors-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'factors.yaml');
    writeFileSync(file, text);
    const outcome = readFaultsFile(file);
    return outcome.ok ? outcome.value : outcome.problem.replace(`${folder}/`, '');
  };

  test('says how often which fault comes', () => {
    expect(read('link: 3\npower-cut: 0\n')).toEqual({ link: 3, 'power-cut': 0 });
  });

  test.each([
    ['power-cuts: 2', 'factors.yaml:1:1: there is no such fault; did you mean "power-cut"?'],
    ['link: 3\nradio: often', 'factors.yaml:2:1: radio: right would be a factor from 0 to 100'],
    ['link: 101', 'factors.yaml:1:1: link: right would be a factor from 0 to 100'],
    ['- link', 'factors.yaml:1:1: right would be a map of faults and factors, such as link: 3'],
  ])('with a mistake says where, and what would be right: %j', (text, problem) => {
    expect(read(text)).toBe(problem);
  });
});

/** A world in which the neighbour's pendant is taken for one of this home: an alarm that nobody raised. */
const openWrongWorld: OpenWorld = async (options) => {
  const world = await openVirtualWorld(options);
  return {
    ...world,
    async perform(action) {
      if (action.word !== 'stranger') return await world.perform(action);
      const place = world.events().length;
      const outcome = await world.perform({ word: 'press', name: 'pendant' });
      const press = world.events()[place];
      if (press?.kind === 'action') press.action = action;
      return outcome;
    },
  };
};

test('of a storm that fails, what it needs to fail is left, as a story', async () => {
  const failed = await playStorm(drawStorm({ seed: 6, days: 0.5 }), openWrongWorld);
  expect(failed.problems).not.toEqual([]);
  const smallest = await shrinkStorm(failed, openWrongWorld);
  const story = storyOf(smallest);
  const [rule] = failed.problems.map((problem) => problem.split(' ', 1)[0]);
  expect(smallest.problems.some((problem) => problem.startsWith(`${rule} `))).toBe(true);
  expect(story.steps.length).toBeLessThan(storyOf(failed).steps.length / 3);
  expect(JSON.stringify(story.steps).match(/stranger/gu)).toHaveLength(1);
  expect(readStorm(story).steps).toHaveLength(story.steps.length);
});
