import { array, assert, constantFrom, nat, property, record, sample } from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { summarize } from '#test/summary.ts';
import { cases } from './cases.ts';
import { type Mutation, mutated, mutationKinds, mutationRange } from './mutations.ts';
import { feed } from './run.ts';
import { targetNamed, targets } from './targets.ts';
import { feedWorst } from './worst.ts';

const isLong = process.env['WELFARE_HUB_LONG'] === 'yes';

/** Time for each target and seed. */
const forMs = isLong ? 300_000 : 250;

/** One that is the same in every run, and one that nobody has seen before. */
const freshSeed = Date.now() % 2 ** 31;
const seeds = [20_260_115, freshSeed];

const numbers = nat(mutationRange - 1);
const mutation = record<Mutation>({ kind: constantFrom(...mutationKinds), at: numbers, size: numbers, pick: numbers });
const damage = record({
  base: nat(1_000),
  mutations: array(mutation, { minLength: 1, maxLength: 8 }),
  sizes: array(nat(64), { minLength: 1, maxLength: 4 }),
});

const totals = { inputs: 0, worstMsPerKb: 0, worstOf: '' };

describe.each(targets.map((target) => [target.name, target] as const))('what reads %s', (name, target) => {
  test('understands every valid example, or says why not, and keeps its promises', () => {
    const broken = target.corpus.flatMap((input) => feed(target, input, [input.length, 1]).finding ?? []);
    expect(broken).toEqual([]);
  });

  test.each(seeds)(`keeps its promises whatever comes, by seed %i`, (seed) => {
    const options = {
      seed,
      numRuns: Number.MAX_SAFE_INTEGER,
      interruptAfterTimeLimit: forMs,
      markInterruptAsFailure: false,
    };
    assert(
      property(damage, ({ base, mutations, sizes }) => {
        totals.inputs += 1;
        const { finding } = feed(target, mutated(target, base, mutations), sizes);
        if (finding !== undefined) throw new Error(`${name}: ${finding}`);
      }),
      options,
    );
  });
});

const withWorst = targets.filter(({ worst }) => Object.keys(worst).length > 0);

test.each(withWorst.map((target) => [target.name, target] as const))(
  'what reads %s takes time that grows with the length of the worst that there is, and keeps nothing of it',
  (name, target) => {
    const outcomes = feedWorst(target);
    for (const { msPerKb, what } of outcomes) {
      if (msPerKb > totals.worstMsPerKb) Object.assign(totals, { worstMsPerKb: msPerKb, worstOf: `${name}, ${what}` });
    }
    expect(outcomes.flatMap(({ finding, what }) => (finding === undefined ? [] : [`${what}: ${finding}`]))).toEqual([]);
  },
);

describe('what once broke a promise', () => {
  test.each(cases.map((one) => [one.name, one] as const))('does so no more: %s', (_, { target, input }) => {
    expect(feed(targetNamed(target), input, [input.length]).finding).toBeUndefined();
  });
});

test('the same mutations make the same input of the same example, so that a seed finds again what it found', () => {
  const [target] = targets;
  const drawn = sample(damage, { seed: 7, numRuns: 50 });
  const inputs = () => drawn.map(({ base, mutations }) => target && mutated(target, base, mutations));
  expect(inputs()).toEqual(inputs());
  expect(new Set(inputs().map(String)).size).toBeGreaterThan(40);
});

afterAll(() => {
  const { inputs, worstMsPerKb, worstOf } = totals;
  summarize('fuzzing', [
    `${inputs} inputs to ${targets.length} readers (seeds ${seeds.join(' and ')}), ${cases.length} cases of before`,
    `worst time ${worstMsPerKb.toFixed(2)} ms a kilobyte: ${worstOf}`,
  ]);
});
