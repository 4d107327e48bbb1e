import { array, assert, constantFrom, nat, oneof, property, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineLengthLimit } from './constants.ts';
import { createLineParser, encodeLine, type LineItem, type LineSource } from './lines.ts';

const sources = ['supply', 'computer'] as const satisfies readonly LineSource[];
const reading = '(229.4 229.4 229.4 013 49.9 13.1 25.0 00001001';
/** Bytes among which lines, beginnings of readings and noise all come often. */
const traffic = array(
  oneof(
    constantFrom(encodeLine(reading), encodeLine('Q1'), encodeLine(reading).slice(0, 9)),
    uint8Array({ maxLength: 8 }),
  ),
  { maxLength: 12 },
).map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function summary(item: LineItem): string {
  return item.kind === 'line' ? item.text : `${item.reason} ${item.bytes.length}`;
}

function read(source: LineSource, ...parts: string[]): string[] {
  const parser = createLineParser(source);
  return [...parts.flatMap((part) => parser.push(bytesOf(part))), ...parser.idle()].map(summary);
}

describe('the lines of a Megatec supply', () => {
  test('come out as they went in, however they are cut', () => {
    expect(read('supply', '(229.4 229', `${reading.slice(10)}\r`)).toEqual([reading]);
    expect(read('computer', 'Q', '1', '\rT\r')).toEqual(['Q1', 'T']);
  });

  test('account for every byte of whatever comes, in order, cut or whole', () => {
    assert(
      property(traffic, array(nat(16), { minLength: 1 }), constantFrom(...sources), (bytes, sizes, source) => {
        const parser = createLineParser(source);
        const items: LineItem[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = 1 + (sizes[turn % sizes.length] ?? 0);
          items.push(...parser.push(bytes.subarray(at, at + size)));
          at += size;
        }
        items.push(...parser.idle());
        expect(Uint8Array.from(items.flatMap((item) => [...item.bytes]))).toEqual(bytes);
        const whole = createLineParser(source);
        const lines = (all: readonly LineItem[]) => all.filter(({ kind }) => kind === 'line').map(summary);
        expect(lines(items)).toEqual(lines([...whole.push(bytes), ...whole.idle()]));
      }),
    );
  });

  test('are found behind any noise, when they are readings', () => {
    assert(
      property(uint8Array({ maxLength: 300 }), (noise) => {
        const parser = createLineParser('supply');
        parser.push(noise);
        expect(parser.push(encodeLine(reading)).map(summary).at(-1)).toBe(reading);
      }),
    );
  });

  test('are none when a byte is no text, when the beginning of a reading comes inside, or when nothing is in them', () => {
    expect(read('supply', 'noi\x00se', '\r\r')).toEqual(['not-text 4', 'se', 'empty 1']);
    expect(read('supply', `(229.4 22${reading}\r`)).toEqual(['cut-off 9', reading]);
    expect(read('computer', 'Q\xff1\r')).toEqual(['not-text 2', '1']);
  });

  test('end where the wait for the rest is given up', () => {
    const parser = createLineParser('supply');
    parser.push(bytesOf('(229.4'));
    expect(parser.idle().map(summary)).toEqual(['half-line 6']);
    expect(parser.push(encodeLine(reading)).map(summary)).toEqual([reading]);
  });

  test('have a longest length; what is longer is one event of noise, however long it goes on', () => {
    const longest = 'x'.repeat(lineLengthLimit);
    expect(read('supply', `${longest}\r`)).toEqual([longest]);
    expect(read('supply', `${longest}x`)).toEqual([`too-long ${lineLengthLimit + 1}`]);
    expect(
      createLineParser('supply')
        .push(bytesOf('x'.repeat(97 * 50)))
        .map(summary),
    ).toEqual(['too-long 4850']);
  });

  test('refuse to be written with what no line has', () => {
    for (const text of ['', 'Q1\r', 'é', 'x'.repeat(lineLengthLimit + 1)]) {
      expect(() => encodeLine(text)).toThrow('1 to 96 printable characters');
    }
  });
});
