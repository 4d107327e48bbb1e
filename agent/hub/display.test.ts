import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { type HubAtWork, startHubAtWork } from '#test/hubAtWork.ts';
import { lightMeanings, soundMeanings } from './display.ts';
import { acknowledgedShownMs } from './homeSignals.ts';

let home: HubAtWork | undefined;
afterEach(() => {
  home?.close();
  home = undefined;
});

test('the front shows the way from no connection to ready, and back', () => {
  home = startHubAtWork();
  home.hub().paths.condition('primary', 'up');
  home.hub().paths.condition('primary', 'down');
  expect(home.lights).toEqual(['off', 'ready', 'no-connection', 'ready', 'no-connection']);
});

test('an alarm is shown from its commit to the answer, also after a restart; then the answer is, for a minute (B9.5)', () => {
  home = startHubAtWork();
  home.hub().paths.condition('primary', 'up');
  home.front().button('alarm');
  expect(home.lights.at(-1)).toBe('alarm');
  home.restart();
  home.hub().paths.condition('primary', 'up');
  expect(home.lights.at(-1)).toBe('alarm');
  home.acknowledgeAll();
  expect(home.lights.at(-1)).toBe('acknowledged');
  home.clock.advance(acknowledgedShownMs - 1);
  expect(home.lights.at(-1)).toBe('acknowledged');
  home.clock.advance(1);
  expect(home.lights.at(-1)).toBe('ready');
  expect(home.sounds).toEqual(['alarm', 'acknowledged']);
});

test('the page on the front says of every light and sound what the hub means by it, in its order', () => {
  const page = readFileSync('docs/front.md', 'utf8');
  const rows = (table: readonly (readonly [string, string])[]): string[] =>
    table.map(([name, meaning]) => `\`${name}\` ${meaning}`);
  const told = [...page.matchAll(/^\| `([a-z-]+)` +\| (.*?) +\| /gmu)].map(([, name, words]) => `\`${name}\` ${words}`);
  expect(told).toEqual([...rows(lightMeanings), ...rows(Object.entries(soundMeanings))]);
});
