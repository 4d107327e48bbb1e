import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lights, sounds } from '#agent/hub/devices.ts';
import { lampsOf, patternWords } from './lampPatterns.ts';
import { toneWords } from './tones.ts';

const page = readFileSync('docs/front.md', 'utf8');

/** The cells behind a name in the page's tables. */
const cellsOf = (name: string): string[] =>
  new RegExp(`^\\| \`${name}\` .*$`, 'gmu')
    .exec(page)?.[0]
    .split('|')
    .map((cell) => cell.trim())
    .slice(2, -1) ?? [];

test('the page on the front says of every light how both lamps look', () => {
  for (const light of lights.filter((one) => one !== 'off')) {
    const { alarm, status } = lampsOf[light];
    expect(cellsOf(light)).toEqual(expect.arrayContaining([patternWords[alarm], patternWords[status]]));
  }
});

test('the page on the front says of every sound how it sounds', () => {
  expect(sounds.map((sound) => page.includes(`| ${toneWords[sound]} `))).toEqual(sounds.map(() => true));
});
