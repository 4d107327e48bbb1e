import { array, assert, constantFrom, oneof, property, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CommandItem, createCommandFramer } from './commandFramer.ts';
import { lineLengthLimit } from './framer.ts';

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** What a framer makes of pieces; behind a line with CMGS in it a message is awaited. */
function itemsOf(...pieces: Uint8Array[]): CommandItem[] {
  const items: CommandItem[] = [];
  const framer = createCommandFramer({
    awaitsMessage() {
      const last = items.findLast(({ kind }) => kind !== 'discarded');
      return last?.kind === 'line' && last.text.includes('CMGS');
    },
    take: (item) => void items.push(item),
  });
  pieces.forEach((piece) => framer.push(piece));
  framer.reset();
  return items;
}

function fates(text: string): string[] {
  return itemsOf(bytesOf(text)).map((item) => {
    if (item.kind === 'discarded') return `${item.reason} ${item.bytes.length}`;
    return 'text' in item ? `${item.kind} ${item.text}` : item.kind;
  });
}

describe('what a computer says to a modem', () => {
  test.each<[string, string[]]>([
    ['AT\r', ['line AT']],
    ['ATI\r\nat+csq\r', ['line ATI', 'blank 1', 'line at+csq']],
    ['\r\r\n', ['blank 1', 'blank 1', 'blank 1']],
    ['A/AT\r', ['repeat', 'line AT']],
    ['\x1bAT\r', ['blank 1', 'line AT']],
    ['xyAAT\r', ['no-prefix 1', 'no-prefix 1', 'no-prefix 1', 'line AT']],
    // A typist's backspace takes a character back.
    ['ATX\bI\r', ['line ATI']],
    ['AT', ['no-prefix 2']],
    ['A\r', ['no-prefix 2']],
    ['AT+CMGS=7\r001100\x1aAT\r', ['line AT+CMGS=7', 'message 001100', 'line AT']],
    ['AT+CMGS="1"\r> AT\r\n€\x1bAT\r'.replace('€', 'x'), ['line AT+CMGS="1"', 'cancelled', 'line AT']],
  ])('%j is taken apart', (text, expected) => {
    expect(fates(text)).toEqual(expected);
  });

  test(`is discarded when it has more than ${lineLengthLimit} bytes, and the next line is heard`, () => {
    const longest = `AT${'0'.repeat(lineLengthLimit - 3)}`;
    expect(fates(`${longest}\r`)).toEqual([`line ${longest}`]);
    expect(fates(`${longest}00\rAT\r`)).toEqual([`too-long ${lineLengthLimit + 1}`, 'too-long 1', 'line AT']);
    expect(fates(`AT+CMGS=1\r${'0'.repeat(2 * lineLengthLimit)}\x1aAT\r`)).toEqual([
      'line AT+CMGS=1',
      `too-long ${lineLengthLimit + 1}`,
      'cancelled',
      'line AT',
    ]);
  });

  const noise = oneof(
    uint8Array({ maxLength: 12 }),
    constantFrom('AT+CMGS=3\r', '00\x1a', '\x1b', 'A/', 'AT\r', 'A', '\n', `AT${'9'.repeat(lineLengthLimit)}`).map(
      bytesOf,
    ),
  );

  test('comes out whole, every byte of it once and in order, however it is cut', () => {
    assert(
      property(array(noise), (pieces) => {
        const all = pieces.flatMap((piece) => [...piece]);
        const items = itemsOf(...pieces);
        expect(items.flatMap(({ bytes }) => [...bytes])).toEqual(all);
        expect(itemsOf(...all.map((byte) => Uint8Array.of(byte)))).toEqual(items);
      }),
    );
  });
});
