import { array, assert, property, stringMatching } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearest } from './nearest.ts';

const keys = ['port', 'path', 'profile', 'answerWithin', 'roundEvery', 'rounds', 'id'];

describe('the suggestion for a mistyped word', () => {
  test.each([
    ['prot', 'port'],
    ['por', 'port'],
    ['ports', 'port'],
    ['Port', 'port'],
    ['round', 'rounds'],
    ['rondEvery', 'roundEvery'],
    ['answer-within', 'answerWithin'],
    ['anserwithn', 'answerWithin'],
    ['di', 'id'],
    ['portName', 'port'],
    ['prof', 'profile'],
  ])('is the word that was meant: %s → %s', (word, meant) => {
    expect(nearest(word, keys)).toBe(meant);
  });

  test.each(['zebra', 'x', '', 'accessories'])('is left out when nothing is close: %j', (word) => {
    expect(nearest(word, keys)).toBeUndefined();
  });

  test('is left out for a word too long to be a slip of the finger', () => {
    expect(nearest('a'.repeat(64), ['a'.repeat(63)])).toBe('a'.repeat(63));
    expect(nearest('a'.repeat(65), ['a'.repeat(64)])).toBeUndefined();
  });

  test('is the first of equally close words', () => {
    expect(nearest('port', ['sort', 'fort'])).toBe('sort');
  });

  test('is the word itself when it is among the candidates, whatever else is', () => {
    assert(
      property(array(stringMatching(/^[a-z]{2,20}$/u), { minLength: 1, maxLength: 8 }), (words) => {
        expect(nearest(words[0] ?? '', words)).toBe(words[0]);
      }),
    );
  });
});
