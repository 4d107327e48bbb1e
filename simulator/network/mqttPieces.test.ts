import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import type { Packet } from 'mqtt';
import { describe, expect, test } from 'vitest';
import { createPieces, type Piece, pieceBytesLimit } from './mqttPieces.ts';

/** The library of the library: what packs for mqtt.js. */
const fromMqtt = createRequire(createRequire(import.meta.url).resolve('mqtt'));
const { generate } = fromMqtt('mqtt-packet') as { generate(packet: Packet, options: object): Buffer };

function cut(chunks: readonly Uint8Array[]): Piece[] {
  const pieces = createPieces();
  return chunks.flatMap((chunk) => pieces(chunk));
}

const bytesIn = (pieces: readonly Piece[]): Buffer => Buffer.concat(pieces.map(({ bytes }) => bytes));

/** As somebody else's library writes them. */
const packets: readonly Packet[] = [
  { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 5, clientId: 'hub-0001', clean: false, keepalive: 300 },
  { cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: false },
  { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a/b', qos: 1 }] },
  { cmd: 'suback', messageId: 1, granted: [1] },
  { cmd: 'publish', topic: 'a/b', payload: 'x'.repeat(200), qos: 1, messageId: 2, dup: true, retain: true },
  { cmd: 'puback', messageId: 2 },
  { cmd: 'pingreq' },
  { cmd: 'pingresp' },
  { cmd: 'disconnect', reasonCode: 0 },
];

describe.each([4, 5] as const)('MQTT, protocol version %i', (protocolVersion) => {
  test('is cut into its packets, however it arrives', () => {
    const written = packets.map((packet) => generate(packet, { protocolVersion }));
    const all = Buffer.concat(written);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: all.length }), { maxLength: 12 }), (places) => {
        const edges = [0, ...places.toSorted((a, b) => a - b), all.length];
        const pieces = cut(edges.slice(1).map((edge, index) => all.subarray(edges[index], edge)));
        expect(pieces.map(({ kind }) => kind)).toEqual(packets.map(({ cmd }) => cmd));
        expect(pieces.map(({ bytes }) => Buffer.from(bytes))).toEqual(written);
      }),
    );
  });
});

test('TLS goes on as bytes, at once', () => {
  // The begin of a ClientHello: a handshake record of TLS (RFC 8446, 5.1).
  const hello = Buffer.from('1603010200010001fc0303', 'hex');
  expect(cut([hello.subarray(0, 1), hello.subarray(1)])).toMatchObject([{ kind: 'bytes' }, { kind: 'bytes' }]);
});

test('what is longer than the limit is not waited for', () => {
  const atLimit = Buffer.from([0x30, 0xfc, 0xff, 0x3f]);
  expect(pieceBytesLimit).toBe(4 + 0x0f_ff_fc);
  expect(cut([atLimit])).toEqual([]);
  expect(cut([Buffer.from([0x30, 0xfd, 0xff, 0x3f, 0x00])])).toMatchObject([{ kind: 'bytes' }]);
  expect(cut([Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01])])).toMatchObject([{ kind: 'bytes' }]);
});

test('whatever bytes come, none is lost and none is invented', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 10 }), (chunks) => {
      const all = Buffer.concat(chunks);
      const told = bytesIn(cut(chunks));
      // What is left may be the begin of a packet.
      expect(told).toEqual(all.subarray(0, told.length));
      const end = bytesIn(cut([...chunks, Buffer.from('00'.repeat(8), 'hex')]));
      expect(all.length - told.length === 0 || end.length >= told.length).toBe(true);
    }),
  );
});
