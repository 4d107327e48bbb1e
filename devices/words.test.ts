import { describe, expect, test } from 'vitest';
import { success } from '#protocol/core/result.ts';
import { bare, choice, lineLengthLimit, number, obeyWords, type Words } from './words.ts';

const words: Words = {
  ring: bare('ring', 'it rings', () => success({ text: 'ringing' })),
  mains: choice('mains', ['on', 'off'], 'the supply', (is) => success({ text: `mains ${is}`, is })),
  charge: number('charge', { least: 0, most: 100, unit: '%' }, 'the battery', (percent) =>
    success({ text: `charge ${percent}`, percent }),
  ),
};

const say = (line: string): string => {
  const done = obeyWords(words, line);
  return done.ok ? done.value.text : done.problem;
};

describe('the words of a fake device', () => {
  test('do what they say', () => {
    expect(['ring', 'mains off', 'charge 15', ' charge  15% '].map(say)).toEqual([
      'ringing',
      'mains off',
      'charge 15',
      'charge 15',
    ]);
  });

  test.each([
    ['', 'nothing was said; help lists the words'],
    ['rnig', 'there is no word "rnig"; did you mean ring?'],
    ['ring twice', '"twice" is one word too many; usage: ring'],
    ['mains offf', 'mains: there is no "offf"; did you mean off?; usage: mains on | off'],
    ['charge 101', 'charge takes a number from 0 to 100 %, not "101"; usage: charge N'],
    ['charge all', 'charge takes a number from 0 to 100 %, not "all"; usage: charge N'],
    ['charge', 'charge takes a number from 0 to 100 %, not ""; usage: charge N'],
    ['constructor', 'there is no word "constructor"; known are ring, mains, charge, help'],
    ['x'.repeat(lineLengthLimit + 1), `a command has at most ${lineLengthLimit} characters`],
  ])('a slip (%j) is answered with what would be right', (line, problem) => {
    expect(say(line)).toBe(problem);
  });

  test('are listed with what they do', () => {
    expect(say('help').split('\n')).toEqual([
      'ring            it rings',
      'mains on | off  the supply',
      'charge N        the battery',
      'help            these words',
    ]);
  });
});
