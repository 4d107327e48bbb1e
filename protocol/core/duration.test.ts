import { assert, integer, property, stringMatching } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { durationLimitMs, durationPattern, formatDuration, parseDuration } from './duration.ts';

describe('a duration', () => {
  test.each([
    ['500ms', 500],
    ['8s', 8_000],
    ['1h30m', 5_400_000],
    ['3d', 259_200_000],
    ['1m500ms', 60_500],
    ['0s', 0],
    ['90m', 5_400_000],
    ['3660d', durationLimitMs],
  ])('is read as people write it: %s', (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: ms });
  });

  test.each([
    '',
    '10',
    '10 s',
    's',
    '-5s',
    '1.5h',
    '30m1h',
    '1h1h',
    '8S',
    '8sec',
    '٣d',
    '3661d',
    '1234567890123ms',
    '8s\n',
  ])('is refused with what would be right when it is not one: %j', (text) => {
    const read = parseDuration(text);
    expect(read.ok).toBe(false);
    expect(read.ok ? '' : read.problem).toContain(JSON.stringify(text));
  });

  test('reads back what it writes', () => {
    assert(
      property(integer({ min: 0, max: durationLimitMs }), (ms) => {
        const text = formatDuration(ms);
        expect(text).toMatch(new RegExp(durationPattern, 'u'));
        expect(parseDuration(text)).toEqual({ ok: true, value: ms });
      }),
    );
  });

  test('follows the pattern given to editors, and the other way round', () => {
    const pattern = new RegExp(durationPattern, 'u');
    assert(
      property(stringMatching(/^([0-9]{1,2}(d|h|m|s|ms|x)){0,4}$/u), (text) => {
        expect(parseDuration(text).ok).toBe(pattern.test(text));
      }),
    );
  });

  test('is written with the largest units first', () => {
    expect(formatDuration(0)).toBe('0s');
    expect(formatDuration(93_784_005)).toBe('1d2h3m4s5ms');
  });
});
