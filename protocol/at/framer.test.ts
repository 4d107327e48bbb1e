import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AtItem, createAtFramer, lineLengthLimit } from './framer.ts';

const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** What was found, in short: lines as their text, the rest by its kind. */
function gist(items: readonly AtItem[]): string[] {
  return items.flatMap((item) => {
    if (item.kind === 'line') return [item.text];
    if (item.kind === 'discarded') return [`${item.reason} ${item.bytes.length}`];
    return item.kind === 'prompt' ? ['prompt'] : [];
  });
}

const read = (text: string) => gist(createAtFramer().push(bytesOf(text)));

describe('the framer of what a modem says', () => {
  test('finds lines behind any end of line, and the echo before them', () => {
    expect(read('AT+CREG?\r\r\n+CREG: 0,1\r\n\r\nOK\r\n')).toEqual(['AT+CREG?', '+CREG: 0,1', 'OK']);
    expect(read('\r\r\n+RXDTMF: 8\r\r\n')).toEqual(['+RXDTMF: 8']);
  });

  test('finds the prompt, which has no end of line, and only at the begin of a line', () => {
    expect(read('\r\n> ')).toEqual(['prompt']);
    expect(read('+COPS: 0,0,"a> b"\r\n')).toEqual(['+COPS: 0,0,"a> b"']);
  });

  test('takes the 1A or ESC of an echoed message for the end of its line', () => {
    expect(read('> 0011000B\x1a\r\n+CMGS: 7\r\n')).toEqual(['prompt', '0011000B', '+CMGS: 7']);
    expect(read('> \x1b\r\nOK\r\n')).toEqual(['prompt', 'OK']);
  });

  test('tells a line at its CR and does not wait for the LF', () => {
    const framer = createAtFramer();
    expect(gist(framer.push(bytesOf('OK\r')))).toEqual(['OK']);
    expect(framer.waiting()).toBe(false);
  });

  test('discards a line with bytes that no text has, and reads the next', () => {
    expect(read('\x00\x01x\r\nOK\r\n')).toEqual(['not-text 4', 'OK']);
  });

  test('takes a line of its limit, and discards one that is longer up to its end', () => {
    const longest = 'x'.repeat(lineLengthLimit);
    expect(read(`${longest}\r\nOK\r\n`)).toEqual([longest, 'OK']);
    const framer = createAtFramer();
    const found = gist([...framer.push(bytesOf(`${longest}xy`)), ...framer.push(bytesOf('z\r\nOK\r\n'))]);
    expect(found).toEqual([`too-long ${lineLengthLimit + 1}`, 'too-long 1', 'too-long 2', 'OK']);
  });

  test('gives half a line up when it is told that no more comes', () => {
    const framer = createAtFramer();
    framer.push(bytesOf('\r\n+CRE'));
    expect(framer.waiting()).toBe(true);
    expect(gist(framer.idle())).toEqual(['half-line 4']);
    expect(framer.waiting()).toBe(false);
    expect(gist(framer.push(bytesOf('OK\r\n')))).toEqual(['OK']);
  });

  test('accounts for every byte, and finds the same however they are cut', () => {
    const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...bytesOf('\r\n> AT+OK\x1a\x1b')));
    const bytes = fc.array(byte, { maxLength: 3_000 });
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(3_000), { maxLength: 5 }), (all, cuts) => {
        const framer = createAtFramer();
        const places = [0, ...cuts.toSorted((a, b) => a - b), all.length];
        const items = places.flatMap((from, index) => framer.push(Uint8Array.from(all.slice(from, places[index + 1]))));
        // The last slice reaches to the end and is empty, or the cuts lie beyond it: what is pushed is all of it, once.
        items.push(...framer.idle());
        expect(items.flatMap((item) => [...item.bytes])).toEqual(all);
        const lines = (found: readonly AtItem[]) => found.filter(({ kind }) => kind === 'line' || kind === 'prompt');
        expect(lines(items)).toEqual(lines(createAtFramer().push(Uint8Array.from(all))));
      }),
    );
  });
});
