import { describe, expect, test } from 'vitest';
import { median, quantile, summarize, takePairs } from './pairs.ts';

describe('pairs', () => {
  test('are measured in turns, each floor right before its product', async () => {
    const order: string[] = [];
    const pairs = await takePairs(
      3,
      async (pair) => order.push(`floor ${pair}`),
      async (pair) => order.push(`product ${pair}`),
    );
    expect(order).toEqual(['floor 0', 'product 0', 'floor 1', 'product 1', 'floor 2', 'product 2']);
    expect(pairs).toEqual([
      { floor: 1, measured: 2 },
      { floor: 3, measured: 4 },
      { floor: 5, measured: 6 },
    ]);
  });

  test('a machine that is ten times slower during one pair does not move the ratio', () => {
    const steady = { floor: 2, measured: 3 };
    const { ratio } = summarize([steady, steady, { floor: 20, measured: 30 }, steady, steady]);
    expect(ratio).toBe(1.5);
  });

  test('one spoilt side shows in the spread and not in the ratio', () => {
    const pairs = [1.4, 1.5, 9, 1.6, 1.5].map((measured) => ({ floor: 1, measured }));
    expect(summarize(pairs)).toEqual({ floor: 1, measured: 1.5, ratio: 1.5, lowest: 1.4, highest: 9 });
  });
});

describe('statistics', () => {
  test('the median of an even number of values lies halfway between the two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });

  test('the 99th of a hundred values is p99: one outlier in a hundred does not show, two do', () => {
    const quick = Array.from({ length: 98 }, () => 1);
    expect(quantile([50, ...quick, 1], 0.99)).toBe(1);
    expect(quantile([50, ...quick, 40], 0.99)).toBe(40);
    expect(quantile([3, 1, 2], 1)).toBe(3);
  });

  test('nothing measured is a mistake of the benchmark, not a zero', () => {
    expect(() => median([])).toThrow(RangeError);
    expect(() => quantile([], 0.99)).toThrow(RangeError);
  });
});
