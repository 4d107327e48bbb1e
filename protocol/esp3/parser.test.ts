import { array, assert, constantFrom, integer, nat, oneof, pre, property, record, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dataLengthLimit, headerLength, optionalLengthLimit, syncByte } from './constants.ts';
import { crc8 } from './crc8.ts';
import type { Frame } from './frame.ts';
import { createParser, type DiscardReason, type Esp3Item } from './parser.ts';
import { encodeFrame } from './writer.ts';

const anyFrame = record({
  packetType: integer({ min: 0, max: 255 }),
  data: uint8Array({ minLength: 1, maxLength: 24 }),
  optional: uint8Array({ maxLength: 9 }),
});

/** Noise with more false beginnings than chance would give. */
const noise = array(oneof(nat(255), constantFrom(syncByte, 0, 1, 7, 0x7a)), { maxLength: 40 }).map((bytes) =>
  Uint8Array.from(bytes),
);

const traffic = array(oneof(noise, anyFrame.map(encodeFrame)), { maxLength: 8 }).map(concat);

const press = encodeFrame({
  packetType: 1,
  data: Uint8Array.of(0xf6, 0x30, 1, 2, 3, 4, 0x30),
  optional: new Uint8Array(7),
});

describe('the ESP3 parser', () => {
  test('gives back every packet that was written, whole and alone', () => {
    assert(
      property(anyFrame, (frame) => {
        const items = parseWhole(encodeFrame(frame));
        expect(items).toEqual([{ kind: 'frame', ...frame, bytes: encodeFrame(frame) }]);
      }),
    );
  });

  test('finds the same packets and discards the same bytes for the same reasons, however the traffic is cut', () => {
    assert(
      property(traffic, array(nat(64), { minLength: 1 }), (bytes, sizes) => {
        expect(perByte(parseCut(bytes, sizes))).toEqual(perByte(parseWhole(bytes)));
      }),
    );
  });

  test('accounts for every byte of whatever comes, in order', () => {
    assert(
      property(uint8Array({ maxLength: 600 }), array(nat(64), { minLength: 1 }), (bytes, sizes) => {
        expect(concat(parseCut(bytes, sizes).map((item) => item.bytes))).toEqual(bytes);
      }),
    );
  });

  test('finds a packet behind any noise, at the latest when the line falls silent', () => {
    assert(
      property(noise, anyFrame, (before, frame) => {
        const items = parseWhole(concat([before, encodeFrame(frame)]));
        const found = items.filter((item) => item.kind === 'frame');
        // Noise that happens to be a packet itself, checksums and all, is a packet.
        pre(!found.some(({ bytes }) => startsIn(before, items, bytes)));
        expect(found).toEqual([{ kind: 'frame', ...frame, bytes: encodeFrame(frame) }]);
      }),
    );
  });

  test('finds a packet behind noise without a sync byte at once', () => {
    const parser = createParser();
    const items = parser.push(concat([Uint8Array.of(0, 1, 2, 3), press]));
    expect(items.map(summary)).toEqual(['no-start 4', 'frame 21']);
    expect(parser.waiting()).toBe(false);
  });

  test('takes a bad header checksum for a false beginning and finds the packet that begins inside it', () => {
    expect(parseWhole(concat([Uint8Array.of(syncByte, 0), press])).map(summary)).toEqual([
      'bad-header-checksum 2',
      'frame 21',
    ]);
  });

  test('takes a bad data checksum for a false beginning and goes on behind it', () => {
    const broken = press.with(8, 0xff);
    expect(parseWhole(concat([broken, press])).map(summary)).toEqual(['bad-data-checksum 21', 'frame 21']);
  });

  test('tells a broken packet as one, though it contains what looks like the beginning of another', () => {
    const data = Uint8Array.of(0xa5, syncByte, 1, 2, 3, 4, 5, 6, 7);
    const broken = encodeFrame({ packetType: 1, data, optional: new Uint8Array(0) }).with(15, 0xee);
    expect(parseWhole(broken).map(summary)).toEqual(['bad-data-checksum 16']);
  });

  test('does not blame a broken packet for noise behind the sound one in its middle', () => {
    const claim = encodeFrame({ packetType: 1, data: new Uint8Array(40), optional: new Uint8Array(0) });
    const bytes = concat([claim.subarray(0, headerLength), press, new Uint8Array(30).fill(0xee)]);
    expect(parseWhole(bytes).map(summary)).toEqual(['bad-data-checksum 6', 'frame 21', 'no-start 30']);
  });

  test('finds the packet that a false header had claimed for itself', () => {
    const claim = encodeFrame({ packetType: 1, data: new Uint8Array(60), optional: new Uint8Array(0) }).subarray(
      0,
      headerLength,
    );
    const parser = createParser();
    expect(parser.push(concat([claim, press]))).toEqual([]);
    expect(parser.idle().map(summary)).toEqual(['half-frame 6', 'frame 21']);
  });

  test('gives half a packet up when the line falls silent, and reads the next one', () => {
    const parser = createParser();
    expect(parser.push(press.subarray(0, 10))).toEqual([]);
    expect(parser.waiting()).toBe(true);
    expect(parser.idle().map(summary)).toEqual(['half-frame 10']);
    expect(parser.waiting()).toBe(false);
    expect(parser.push(press).map(summary)).toEqual(['frame 21']);
  });

  test('makes one event of a burst of noise', () => {
    expect(createParser().push(new Uint8Array(5_000).fill(0x54)).map(summary)).toEqual(['no-start 5000']);
  });

  test('reads the longest packet and does not wait for a longer one', () => {
    const longest = {
      packetType: 7,
      data: new Uint8Array(dataLengthLimit),
      optional: new Uint8Array(optionalLengthLimit),
    };
    expect(parseWhole(encodeFrame(longest)).map(summary)).toEqual(['frame 774']);
    const tooLong = withHeaderChecksum([syncByte, (dataLengthLimit + 1) >> 8, (dataLengthLimit + 1) & 0xff, 0, 1]);
    expect(createParser().push(tooLong).map(summary)).toEqual(['too-long 6']);
  });

  test('never holds more than one packet of the longest kind', () => {
    const beginning = encodeFrame({
      packetType: 7,
      data: new Uint8Array(dataLengthLimit),
      optional: new Uint8Array(optionalLengthLimit),
    }).subarray(0, 773);
    const parser = createParser();
    expect(parser.push(beginning)).toEqual([]);
    expect(parser.push(Uint8Array.of(0xff)).length).toBeGreaterThan(0);
    expect(parser.waiting()).toBe(false);
  });

  test('takes zeros behind a false sync byte for noise, not for an empty packet', () => {
    expect(parseWhole(Uint8Array.of(syncByte, 0, 0, 0, 0, 0, 0)).map(summary)).toEqual(['no-data 6', 'no-start 1']);
  });

  test('keeps its own copy of what came in', () => {
    const buffer = press.slice();
    const parser = createParser();
    const [item] = parser.push(buffer);
    parser.push(buffer.subarray(0, 3));
    buffer.fill(0);
    expect(item?.bytes).toEqual(press);
    expect(parser.push(press.subarray(3)).map(summary)).toEqual(['frame 21']);
  });
});

describe('the ESP3 writer', () => {
  test.each([
    [{ packetType: 1, data: new Uint8Array(0), optional: new Uint8Array(0) }, '1 to 512 bytes of data, not 0'],
    [{ packetType: 1, data: new Uint8Array(513), optional: new Uint8Array(0) }, '1 to 512 bytes of data, not 513'],
    [{ packetType: 1, data: new Uint8Array(1), optional: new Uint8Array(256) }, 'at most 255 optional bytes, not 256'],
  ] satisfies [Frame, string][])('refuses what the protocol cannot carry %#', (frame, words) => {
    expect(() => encodeFrame(frame)).toThrow(words);
  });
});

test('the checksum is the CRC8 with polynomial 07: its check value for "123456789" is F4', () => {
  expect(crc8(Uint8Array.from('123456789', (digit) => digit.charCodeAt(0)))).toBe(0xf4);
});

function parseWhole(bytes: Uint8Array): Esp3Item[] {
  const parser = createParser();
  return [...parser.push(bytes), ...parser.idle()];
}

/** Cuts the bytes into chunks of the given sizes, over and over. */
function parseCut(bytes: Uint8Array, sizes: readonly number[]): Esp3Item[] {
  const parser = createParser();
  const items: Esp3Item[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    items.push(...parser.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return [...items, ...parser.idle()];
}

/** What became of each byte, as far as it must not depend on how the traffic was cut. */
function perByte(items: readonly Esp3Item[]): (DiscardReason | 'frame')[] {
  return items.flatMap((item) => Array<DiscardReason | 'frame'>(item.bytes.length).fill(fate(item)));
}

function fate(item: Esp3Item): DiscardReason | 'frame' {
  return item.kind === 'frame' ? 'frame' : item.reason;
}

function summary(item: Esp3Item): string {
  return `${fate(item)} ${item.bytes.length}`;
}

/** Whether the packet with these bytes begins within the noise before the real one. */
function startsIn(before: Uint8Array, items: readonly Esp3Item[], bytes: Uint8Array): boolean {
  const at = items
    .slice(
      0,
      items.findIndex((item) => item.bytes === bytes),
    )
    .reduce((sum, item) => sum + item.bytes.length, 0);
  return at < before.length;
}

function withHeaderChecksum(header: readonly number[]): Uint8Array {
  return Uint8Array.from([...header, crc8(Uint8Array.from(header), 1)]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
