import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandLengthLimit, noiseBytesLimit, parseRadioCommand, radioHelp } from './commands.ts';

const names = ['pendant', 'door', 'smoke', 'stranger'];

function parse(text: string) {
  return parseRadioCommand(text, names);
}

describe('what is typed', () => {
  test.each([
    ['press pendant', { word: 'press', name: 'pendant' }],
    ['  press   pendant  ', { word: 'press', name: 'pendant' }],
    ['press pendant B0', { word: 'press', name: 'pendant', button: 'B0' }],
    ['stranger press', { word: 'press', name: 'stranger' }],
    ['press stranger', { word: 'press', name: 'stranger' }],
    ['release pendant', { word: 'release', name: 'pendant' }],
    ['open door', { word: 'open', name: 'door' }],
    ['teach-in door', { word: 'teach-in', name: 'door' }],
    ['half pendant', { word: 'half', name: 'pendant' }],
    ['smoke smoke', { word: 'smoke', name: 'smoke' }],
    ['battery door 10%', { word: 'battery', name: 'door', charge: 10 }],
    ['battery door 0', { word: 'battery', name: 'door', charge: 0 }],
    ['battery smoke low', { word: 'battery', name: 'smoke', charge: 'low' }],
    ['set pendant dbm -95', { word: 'set', name: 'pendant', setting: { signalDbm: -95 } }],
    ['set pendant repeat 3', { word: 'set', name: 'pendant', setting: { repeat: 3 } }],
    ['set pendant silent on', { word: 'set', name: 'pendant', setting: { silent: true } }],
    ['noise 20', { word: 'noise', count: 20 }],
    ['fault late-answers', { word: 'fault', fault: 'late-answers' }],
    ['fault none', { word: 'fault', fault: 'none' }],
    ['unplug', { word: 'unplug' }],
    ['list', { word: 'list' }],
  ])('is understood: %s', (text, command) => {
    expect(parse(text)).toEqual({ ok: true, value: command });
  });

  test.each([
    ['pres pendant', 'did you mean press?'],
    ['press pendnat', 'did you mean pendant?'],
    ['press pendant BO', 'did you mean'],
    ['press', 'which one is missing; known are pendant, door, smoke, stranger; usage: press NAME'],
    ['press xylophone', 'known are pendant, door, smoke, stranger'],
    ['fault lateanswers', 'did you mean late-answers?'],
    ['set door dmb -60', 'did you mean dbm?'],
    ['set door dbm 5', 'from -120 to 0, not "5"'],
    ['set door repeat 11', 'from 1 to 10, not "11"'],
    ['set door silent maybe', 'on or off, not "maybe"'],
    ['battery door 101%', 'from 0 to 100, not "101"'],
    ['noise', `from 1 to ${noiseBytesLimit}, not ""`],
    [`noise ${noiseBytesLimit + 1}`, `from 1 to ${noiseBytesLimit}`],
    ['noise 1e3', 'not "1e3"'],
    ['unplug now', '"now" is one word too many'],
    ['constructor pendant', 'there is no word "constructor"'],
    ['', 'nothing was said'],
  ])('is answered with what would be right: %s', (text, advice) => {
    const read = parse(text);
    expect(read.ok ? '' : read.problem).toContain(advice);
  });

  test('has a longest length, and noise up to its limit is understood', () => {
    expect(parse(`press pendant${' '.repeat(commandLengthLimit - 13)}`).ok).toBe(true);
    expect(parse(`press pendant${' '.repeat(commandLengthLimit - 12)}`).ok).toBe(false);
    expect(parse(`noise ${noiseBytesLimit}`).ok).toBe(true);
  });

  test('never raises an exception, whatever it is', () => {
    assert(
      property(string(), (text) => {
        expect(typeof parse(text).ok).toBe('boolean');
      }),
    );
  });

  test('is explained by help, word by word', () => {
    for (const word of ['press', 'teach-in', 'set', 'fault', 'unplug', 'plug']) expect(radioHelp()).toContain(word);
  });
});
