import { array, assert, constantFrom, nat, oneof, property, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFramer, type NmeaItem } from './framer.ts';
import { encodeSentence, formatSentence, sentenceLengthLimit } from './sentence.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const told = (items: readonly NmeaItem[]): string[] =>
  items.map((item) => (item.kind === 'sentence' ? item.sentence.text : `${item.reason}: ${textOf(item.bytes)}`));

const sentence = formatSentence('GPGGA', ['123519', '4807.038', 'N']);
/** A sentence of so many characters, line end included. */
const ofLength = (length: number): string => formatSentence('PTEST', ['x'.repeat(length - 12)]);

describe('the framer of NMEA 0183', () => {
  test('finds a sentence: who talks, what it is, and its fields', () => {
    expect(createFramer().push(encodeSentence('$GPGLL,,,,,,V,N*64'))).toEqual([
      {
        kind: 'sentence',
        bytes: encodeSentence('$GPGLL,,,,,,V,N*64'),
        sentence: { talker: 'GP', type: 'GLL', fields: ['', '', '', '', '', 'V', 'N'], text: '$GPGLL,,,,,,V,N*64' },
      },
    ]);
  });

  test('takes a sentence of a maker’s own, a checksum in lower case, and a line that ends without carriage return', () => {
    const [item] = createFramer().push(bytesOf('$PUBX,00*33\n'));
    expect(item).toMatchObject({ sentence: { talker: 'P', type: 'UBX', fields: ['00'] } });
    expect(told(createFramer().push(bytesOf('$GPTXT,j*4a\r\n')))).toHaveLength(1);
  });

  test.each([
    ['noise between sentences', `ab${sentence}\r\ncd`, ['no-start: ab', sentence, 'no-start: cd']],
    ['a wrong checksum', '$GPGLL,,,,,,V,N*65\r\n', ['bad-checksum: $GPGLL,,,,,,V,N*65\r\n']],
    ['a checksum that is cut', '$GPGLL,,,,,,V,N*6\r\n', ['bad-checksum: $GPGLL,,,,,,V,N*6\r\n']],
    ['no checksum', '$GPGLL,,,,,,V,N\r\n', ['no-checksum: $GPGLL,,,,,,V,N\r\n']],
    ['a byte that no sentence holds', '$GP\u0081GLL\r\n', ['bad-character: $GP\u0081', 'no-start: GLL\r\n']],
    ['a carriage return in the middle', '$GP\rGLL', ['bad-character: $GP\rG', 'no-start: LL']],
    ['a sentence cut by the next', `$GPGG${sentence}\r\n`, ['half-sentence: $GPGG', sentence]],
  ])('tells %s as discarded, and why', (_, text, items) => {
    expect(told(createFramer().push(bytesOf(text)))).toEqual(items);
  });

  test(`takes ${sentenceLengthLimit} characters, which is more than the standard has, and not one more`, () => {
    expect(told(createFramer().push(encodeSentence(ofLength(sentenceLengthLimit))))).toEqual([
      ofLength(sentenceLengthLimit),
    ]);
    const longer = told(createFramer().push(encodeSentence(ofLength(sentenceLengthLimit + 1))));
    expect(longer.map((line) => line.slice(0, 8))).toEqual(['too-long', 'no-start']);
  });

  test('holds no more than a sentence, however long nobody ends one', () => {
    const framer = createFramer();
    const items = framer.push(bytesOf(`$${'x'.repeat(100_000)}`));
    expect(items.map(({ bytes }) => bytes.length)).toEqual([sentenceLengthLimit, 100_001 - sentenceLengthLimit]);
    expect(framer.end()).toEqual([]);
  });

  test('tells what it holds as half a sentence when the line is over, and begins anew', () => {
    const framer = createFramer();
    framer.push(bytesOf('$GPGGA,1'));
    expect(told(framer.end())).toEqual(['half-sentence: $GPGGA,1']);
    expect(told(framer.push(encodeSentence(sentence)))).toEqual([sentence]);
  });

  test('finds the same sentences however the bytes are cut, and yields every byte once and in order', () => {
    const chunk = oneof(
      constantFrom(`${sentence}\r\n`, '$GPGLL,,,,,,V,N*64\r\n', '$GPRMC', '\r\n', '*', '$').map(bytesOf),
      uint8Array({ maxLength: 10 }),
    );
    assert(
      property(array(chunk, { maxLength: 20 }), array(nat(60), { maxLength: 20 }), (chunks, cuts) => {
        const bytes = Uint8Array.from(chunks.flatMap((one) => [...one]));
        const whole = createFramer();
        const atOnce = [...whole.push(bytes), ...whole.end()];
        const cut = createFramer();
        const items: NmeaItem[] = [];
        let at = 0;
        for (const length of [...cuts, bytes.length]) {
          items.push(...cut.push(bytes.subarray(at, at + length)));
          at = Math.min(bytes.length, at + length);
        }
        items.push(...cut.end());
        expect(items.flatMap((item) => [...item.bytes])).toEqual([...bytes]);
        expect(atOnce.flatMap((item) => [...item.bytes])).toEqual([...bytes]);
        const sentences = (all: NmeaItem[]) => told(all.filter(({ kind }) => kind === 'sentence'));
        expect(sentences(items)).toEqual(sentences(atOnce));
      }),
    );
  });
});
