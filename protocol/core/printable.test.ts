import { expect, test } from 'vitest';
import { printable } from './printable.ts';
import { obeyWords } from './words.ts';

test('what could steer a terminal, break a line or is half a character is shown as an escape, all else as it is', () => {
  expect(printable('kök 🜁 "x"')).toBe('kök 🜁 "x"');
  expect(printable('a\u001b[2J\n\u007f\u009b\u2028\ud800')).toBe(String.raw`a\u001b[2J\u000a\u007f\u009b\u2028\ud800`);
});

test('a word that is not known is answered without what it holds for a terminal', () => {
  expect(obeyWords({}, 'x\u009b2J')).toEqual({
    ok: false,
    problem: String.raw`there is no word "x\u009b2J"; known are help`,
  });
});
