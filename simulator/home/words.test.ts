import { describe, expect, test } from 'vitest';
import { defaultTransmitters } from '#devices/radio/transmitters.ts';
import { stepWords } from '#simulator/scenario/schema.ts';
import { actionWords } from '#simulator/scenario/words/words.ts';
import { help } from './help.ts';
import { settle } from './household.ts';
import { lineLengthLimit, ownWords, readLine } from './words.ts';

const household = settle(undefined, 0);
const transmitters = [...defaultTransmitters.map(({ name }) => name), 'stranger'];

function asked(line: string): unknown {
  const read = readLine(line, household, transmitters);
  if (!read.ok) throw new Error(`${line}: ${read.problem}`);
  return read.value;
}

function problemOf(line: string): string {
  const read = readLine(line, household, transmitters);
  if (read.ok) throw new Error(`${line} was understood`);
  return read.problem;
}

describe('a line is read as a step of a scenario,', () => {
  test.each([
    ['press pendant', { word: 'press', name: 'pendant' }],
    ['press: pendant', { word: 'press', name: 'pendant' }],
    ['  - press: pendant  ', { word: 'press', name: 'pendant' }],
    ['stranger press', { word: 'stranger', does: 'press' }],
    ['mains off', { word: 'mains', is: 'off' }],
    ['battery { charge: 15% }', { word: 'battery', chargePercent: 15 }],
    ['battery charge: 15%', { word: 'battery', chargePercent: 15 }],
    ['tag day-staff', { word: 'tag', name: 'day-staff' }],
    ['away on', { word: 'away', is: 'on' }],
    ['centre silent', { word: 'centre', does: 'silent' }],
    ['operator does-not-answer', { word: 'operator', does: 'does-not-answer' }],
    ['hub power-cut', { word: 'hub', does: 'power-cut' }],
    ['hub { power-cut: 10m }', { word: 'hub', does: 'power-cut', offMs: 600_000 }],
    ['link { loss: 30%, delay: 2s }', { word: 'link', is: { loss: 0.3, delayMs: 2_000 } }],
    ['configure { heartbeat: { interval: 5m } }', { word: 'configure', layer: { heartbeat: { interval: '5m' } } }],
    ['unplug ups', { word: 'unplug', device: 'ups' }],
    ['unplug', { word: 'unplug', device: 'radio' }],
  ])('%s', (line, action) => {
    expect(asked(line)).toEqual({ kind: 'action', action });
  });
});

test.each([
  ['press pendant A0', { word: 'press', name: 'pendant', button: 'A0' }],
  ['battery smoke low', { word: 'battery', name: 'smoke', charge: 'low' }],
  ['noise 100', { word: 'noise', count: 100 }],
  ['half pendant', { word: 'half', name: 'pendant' }],
  ['set pendant dbm -95', { word: 'set', name: 'pendant', setting: { signalDbm: -95 } }],
  ['fault silent', { word: 'fault', fault: 'silent' }],
])('what only the radio can do is read as the radio reads it: %s', (line, command) => {
  expect(asked(line)).toEqual({ kind: 'radio', command });
});

test('the words of the prompt itself', () => {
  expect(asked('journal')).toEqual({ kind: 'own', word: 'journal', rest: '' });
  expect(asked('exit')).toEqual({ kind: 'own', word: 'quit', rest: '' });
  expect(asked('help battery')).toEqual({ kind: 'own', word: 'help', rest: 'battery' });
  expect(asked('wait 1m30s')).toEqual({ kind: 'wait', forMs: 90_000 });
});

describe('a slip is answered with what would be right:', () => {
  test.each([
    ['pres pendant', 'there is no word "pres"; did you mean press?'],
    ['jurnal', 'there is no word "jurnal"; did you mean journal?'],
    ['press pendent', 'did you mean "pendant"?'],
    ['press door', 'door has no button'],
    ['battery { chrge: 15% }', 'unknown word "chrge" in battery; did you mean "charge"?'],
    ['battery { charge: 150% }', 'a share from 0% to 100%'],
    ['battery { charge: 15%', 'Flow map'],
    ['mains offf', 'right would be one of on, off; did you mean "off"?'],
    ['tag day-stuff', 'did you mean "day-staff"?'],
    ['configure { heartbet: { interval: 5m } }', 'did you mean "heartbeat"?'],
    ['noise many', 'usage: noise N'],
    ['wait soon', 'wait: '],
    ['quit now', 'right would be quit alone'],
    ['expect { report: alarm }', 'expect is for scenarios'],
    ['xyzzy', 'help lists the words'],
  ])('%s', (line, says) => {
    expect(problemOf(line)).toContain(says);
  });

  test('a line that is too long', () => {
    expect(problemOf(`tag ${'x'.repeat(lineLengthLimit)}`)).toBe(`a line has at most ${lineLengthLimit} characters`);
  });
});

describe('help', () => {
  test('lists every word that the prompt knows, and every name, in a screen', () => {
    const text = help('', household);
    for (const word of [...Object.keys(actionWords), ...ownWords, 'noise', 'fault', 'pendant', 'day-staff']) {
      expect(text).toContain(word);
    }
    const lines = text.split('\n');
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.filter((line) => line.length > 110)).toEqual([]);
  });

  test('says of every word how it is written and what it does', () => {
    for (const word of Object.keys(actionWords))
      expect(help(word, household)).toMatch(new RegExp(`^${word} .+\n {4}.+`, 'u'));
    expect(help('battery', household)).toContain('battery { charge: 30%, health: 30%, absent: true | false }');
    expect(help('operator', household)).toContain('answers | does-not-answer | calls | hangs-up | { dtmf: 0 to 9 }');
    expect(help('network', household)).toContain('centre answers | silent');
    expect(help('here', household)).toContain('wait 5s');
    expect(help('radio', household)).toContain('noise N');
  });

  test('helps with a slip too', () => {
    expect(help('batery', household)).toContain('did you mean battery?');
  });
});

test('every word of a scenario that is not done at the prompt is told to be for scenarios', () => {
  const others = stepWords.filter((word) => !Object.hasOwn(actionWords, word) && word !== 'wait');
  expect(others).not.toEqual([]);
  for (const word of others) expect(problemOf(word)).toContain('is for scenarios');
});
