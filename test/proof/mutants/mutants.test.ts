import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findScenarios } from '#simulator/scenario/files.ts';
import { summarize } from '#test/summary.ts';
import { type Mutant, mutate } from './mutant.ts';
import { canaries, mutants, stormCanaries } from './mutants.ts';
import type { Program } from './player.ts';
import { falseAlarm, proveMutants, survivors, totalOf } from './proof.ts';

const isLong = process.env['WELFARE_HUB_LONG'] === 'yes';
const hourMs = 3_600_000;

test.each(mutants)('the text that $name exchanges is in the source, once', (mutant) => {
  const source = readFileSync(mutant.file, 'utf8');
  expect(mutate(source, mutant)).not.toBe(source);
});

test('every bug has a name of its own, and each canary is one of them', () => {
  const names = mutants.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect([...Object.keys(canaries), ...stormCanaries].filter((name) => !names.includes(name))).toEqual([]);
});

describe('a source that has changed', () => {
  const mutant = { name: 'bug', rule: 'B1.1', file: 'a.ts', from: 'one()', to: 'two("$&")' };

  test('is refused loudly when the text is gone, or there twice', () => {
    expect(() => mutate('other();', mutant)).toThrow(/is 0 times in a\.ts.*write the bug anew/u);
    expect(() => mutate('one(); one();', mutant)).toThrow(/is 2 times/u);
  });

  test('takes the other text as it is written', () => {
    expect(mutate('one();', mutant)).toBe('two("$&");');
  });
});

test('bugs that are put into the hub are found by the stories, the storms and the checkers', {
  timeout: isLong ? 6 * hourMs : 600_000,
}, async () => {
  const { files } = findScenarios(['test/scenarios']);
  const chosen = isLong ? mutants : mutants.filter(({ name }) => name in canaries || stormCanaries.includes(name));
  const results = await proveMutants({
    mutants: chosen,
    programFor: isLong
      ? ({ onlyStories }) => ({ stories: files, seeds: onlyStories === undefined ? seeds(500) : [] })
      : few,
    jobs: isLong ? 2 : 1,
  });
  summarize('seeded bugs', [totalOf(results)]);
  expect(results.length).toBeGreaterThan(5);
  expect(survivors(results)).toEqual([]);
  expect(await falseAlarm(results)).toBeUndefined();
});

function few({ name }: Mutant): Program {
  const { [name]: story } = canaries;
  return { stories: story === undefined ? [] : [story], seeds: stormCanaries.includes(name) ? seeds(15) : [] };
}

function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
