import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { maximumPacketBytes } from '#agent/uplink/mqttSession.ts';
import type { MqttProtocol } from '#agent/uplink/session.ts';
import { openTestSession, startRawBroker } from './uplinkWorld.ts';

/** CONNACK, MQTT 5: no session present, success, no properties. */
const connack5 = Buffer.from('2003000000', 'hex');
/** CONNACK, MQTT 3.1.1: no session present, accepted. */
const connack4 = Buffer.from('20020000', 'hex');
/** DISCONNECT, MQTT 5: 0x8e, session taken over. */
const takenOver = Buffer.from('e0018e', 'hex');
/** PUBLISH with QoS 2, packet 1, topic "a", no properties, payload "x". */
const publishQos2 = Buffer.from('340700016100010078', 'hex');
/** PUBLISH with QoS 0, topic "a", no properties, payload "x". */
const publishQos0 = Buffer.from('30050001610078', 'hex');
/** The begin of a PUBLISH that announces 268,435,455 bytes, the most that MQTT can. */
const endlessPublish = Buffer.from('30ffffff7f000161', 'hex');

/** What a session comes to that hears these bytes as the answer to its CONNECT. */
async function fate(answer: Uint8Array, protocol: MqttProtocol = 5): Promise<string> {
  const broker = await startRawBroker((client) => client.write(answer));
  const session = openTestSession({ url: broker.url, protocol });
  const { code } = await session.closed();
  return code;
}

test('a broker that names its reason to refuse or to end is understood', async () => {
  expect(await fate(Buffer.from('2003008400', 'hex'))).toBe('refused-protocol');
  expect(await fate(Buffer.from('20020001', 'hex'))).toBe('refused-protocol');
  expect(await fate(Buffer.from('20020004', 'hex'), 4)).toBe('refused-credentials');
  expect(await fate(Buffer.from('2003008700', 'hex'))).toBe('refused-not-authorised');
  expect(await fate(Buffer.from('2003008900', 'hex'))).toBe('refused-busy');
  expect(await fate(Buffer.concat([connack5, takenOver]))).toBe('taken-over');
});

test('a refused subscription does not count as up, in either version', async () => {
  for (const [protocol, accepted, suback] of [
    [5, connack5, '900400000087'],
    [4, connack4, '9003000080'],
  ] as const) {
    const broker = await startRawBroker((client) => {
      client.write(accepted);
      // SUBACK for the packet identifier of the SUBSCRIBE that follows.
      client.once('data', (subscribe: Buffer) => {
        const answer = Buffer.from(suback, 'hex');
        subscribe.copy(answer, 2, 2, 4);
        client.write(answer);
      });
    });
    const session = openTestSession({ url: broker.url, protocol, subscriptions: [{ topic: 'a', qos: 1 }] });
    expect(await session.closed()).toMatchObject({ code: 'subscription-refused' });
    expect(session.events).toHaveLength(1);
  }
});

test('what a broker must not send ends the session with a reason', async () => {
  expect(await fate(publishQos0)).toBe('protocol-error');
  expect(await fate(Buffer.concat([connack5, publishQos2]))).toBe('protocol-error');
  expect(await fate(Buffer.concat([connack5, connack5]))).toBe('protocol-error');
  expect(await fate(Buffer.from('f000', 'hex'))).toBe('protocol-error');
  expect(await fate(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))).toBe('protocol-error');
});

test('a packet that lacks its number ends the session and not the process', async () => {
  // PUBREL, PUBREC, PUBCOMP and UNSUBACK of no length, and a message of QoS 1 that ends behind its topic.
  for (const packet of ['6200', '5000', '7000', 'b000', '3203000161']) {
    for (const [protocol, accepted] of [
      [5, connack5],
      [4, connack4],
    ] as const) {
      expect(await fate(Buffer.concat([accepted, Buffer.from(packet, 'hex')]), protocol)).toBe('protocol-error');
    }
  }
});

test('a packet without end is cut off before it fills the memory, also by a broker that knows no limit', async () => {
  for (const [protocol, accepted] of [
    [5, connack5],
    [4, connack4],
  ] as const) {
    let sentBytes = 0;
    const block = Buffer.alloc(16 * 1024);
    const broker = await startRawBroker((client) => {
      client.write(Buffer.concat([accepted, endlessPublish]));
      const pour = (): void => {
        sentBytes += block.length;
        client.write(block, () => (client.destroyed ? undefined : pour()));
      };
      pour();
    });
    const session = openTestSession({ url: broker.url, protocol });
    expect(await session.closed()).toMatchObject({ code: 'protocol-error' });
    expect(sentBytes).toBeGreaterThan(maximumPacketBytes);
    // What is over the limit waits in the buffers of the sockets, not in the hub.
    expect(sentBytes).toBeLessThan(32 * 1024 * 1024);
  }
});

test('an orderly end says DISCONNECT also to a broker that owes acknowledgements', async () => {
  const { promise: end, resolve } = Promise.withResolvers<Buffer>();
  const broker = await startRawBroker((client) => {
    const received: Buffer[] = [];
    client.on('data', (chunk: Buffer) => received.push(chunk));
    client.once('end', () => resolve(Buffer.concat(received)));
    client.write(connack5);
  });
  const session = openTestSession({ url: broker.url });
  await session.up();
  session.send('a', 'never acknowledged');
  session.close();
  expect((await end).subarray(-4).toString('hex')).toBe('e0020000');
  expect(await session.closed()).toMatchObject({ code: 'closed-by-hub' });
});

/** Bytes that look like MQTT for a while: a true type and length, and then anything. */
const nearlyPacket = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 40 }), fc.integer({ min: -2, max: 2 }))
  .map(([head, rest, lie]) => Buffer.from([head, Math.max(0, rest.length + lie), ...rest]));

test('whatever bytes a broker sends, the session ends with a reason and the process lives', async () => {
  let answer = Buffer.alloc(0);
  const broker = await startRawBroker((client) => client.end(answer));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(5 as const, 4 as const),
      fc.boolean(),
      fc.array(nearlyPacket, { minLength: 1, maxLength: 4 }),
      async (protocol, accepted, packets) => {
        answer = Buffer.concat([...(accepted ? [protocol === 5 ? connack5 : connack4] : []), ...packets]);
        const session = openTestSession({ url: broker.url, protocol, subscriptions: [{ topic: 'a', qos: 1 }] });
        const { code } = await session.closed();
        expect(code).toMatch(
          /^(protocol-error|closed-|refused|subscription-refused|connection-lost|taken-over|keepalive)/u,
        );
        expect(session.events.filter(({ type }) => type === 'closed')).toHaveLength(1);
      },
    ),
    { numRuns: 500 },
  );
});
