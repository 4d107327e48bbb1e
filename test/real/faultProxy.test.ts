import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createSeededRandom } from '#simulator/seededRandom.ts';
import { startFaultProxy, underWayLimitBytes } from '#simulator/network/faultProxy.ts';
import { realClock } from './uplinkWorld.ts';

test('what a broker says last, before it closes, still reaches the hub', async () => {
  const broker = createServer((socket) => socket.end('refused'));
  broker.listen(0, '127.0.0.1');
  await once(broker, 'listening');
  onTestFinished(() => void broker.close());
  const to = broker.address() as AddressInfo;
  const relay = await startFaultProxy({ clock: realClock, random: createSeededRandom(1), to });
  onTestFinished(relay.close);
  const hub = connect({ port: relay.port, host: '127.0.0.1' });
  let heard = '';
  hub.on('data', (bytes) => (heard += String(bytes)));
  await once(hub, 'close');
  expect(heard).toBe('refused');
});

/** A server that says back what it hears, behind a proxy. */
async function openEcho(options: { connections?: number } = {}) {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const ports = { clock: realClock, random: createSeededRandom(1) };
  const proxy = await startFaultProxy({ ...ports, to: { port }, ...options });
  onTestFinished(proxy.close);
  const hub = connect({ port: proxy.port, host: '127.0.0.1' });
  hub.on('error', () => hub.destroy());
  onTestFinished(() => void hub.destroy());
  await once(hub, 'connect');
  const heard: Buffer[] = [];
  hub.on('data', (bytes: Buffer) => heard.push(bytes));
  const hears = async (bytes: number): Promise<Buffer> => {
    while (Buffer.concat(heard).length < bytes) await once(hub, 'data');
    return Buffer.concat(heard);
  };
  return { proxy, hub, hears };
}

async function closed(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
}

/** PINGREQ, and a PUBLISH with QoS 0, topic "a", payload "x", of MQTT 3.1.1. */
const pingreq = Buffer.from('c000', 'hex');
const publish = Buffer.from('300400016178', 'hex');

test('a packet of a kind that is dropped is lost, what is doubled comes twice, the rest goes on', async () => {
  const { proxy, hub, hears } = await openEcho();
  proxy.up({ drop: { publish: 1 }, duplicate: { pingreq: 1 } });
  hub.write(Buffer.concat([publish, pingreq, publish]));
  // Doubled on the way there, and each of the two on the way back.
  expect(await hears(8)).toEqual(Buffer.concat([pingreq, pingreq, pingreq, pingreq]));
  expect(proxy.counters()).toMatchObject({ dropped: 2, duplicated: 3, up: { packets: { publish: 2, pingreq: 1 } } });
});

test('in a black hole one is connected and nothing moves; behind it nothing is lost', async () => {
  const { proxy, hub, hears } = await openEcho();
  hub.write(pingreq);
  await hears(2);
  proxy.up({ blackhole: true });
  hub.write(publish);
  const other = connect({ port: proxy.port, host: '127.0.0.1' });
  await once(other, 'connect');
  other.destroy();
  expect(proxy.counters().up.bytes).toBe(2);
  proxy.up();
  expect(await hears(8)).toEqual(Buffer.concat([pingreq, publish]));
});

test('a slow link takes its time for each byte, and a sender waits when too much is under way', async () => {
  const { proxy, hub, hears } = await openEcho();
  proxy.up({ bitsPerSecond: 8 * 1024 * 1024 });
  const much = Buffer.alloc(4 * underWayLimitBytes);
  const startedMs = realClock.monotonicMs();
  hub.write(much);
  await hears(1);
  expect(proxy.counters().up.bytes).toBeLessThan(much.length);
  await hears(much.length);
  expect(realClock.monotonicMs() - startedMs).toBeGreaterThan(1_000);
});

test('a connection that is taken slowly is led on late, and not at all when it was cut before', async () => {
  const { proxy } = await openEcho();
  proxy.up({ acceptAfterMs: 60_000 });
  const hub = connect({ port: proxy.port, host: '127.0.0.1' });
  hub.on('error', () => hub.destroy());
  await once(hub, 'connect');
  while (proxy.counters().connections < 2) await new Promise<void>((resolve) => setImmediate(resolve));
  expect(proxy.counters().open).toBe(1);
  proxy.cut();
  hub.resume();
  await once(hub, 'close');
  expect(proxy.counters()).toMatchObject({ open: 0, cuts: 1 });
});

test('a cut ends a connection in order behind what was sent, a reset at once and hard', async () => {
  const one = await openEcho();
  one.hub.write(pingreq);
  await one.hears(2);
  const errors: string[] = [];
  one.hub.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code ?? ''));
  one.proxy.cut();
  await closed(one.hub);
  expect(errors).toEqual([]);
  const other = await openEcho();
  other.hub.write(pingreq);
  await other.hears(2);
  other.hub.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code ?? ''));
  other.proxy.reset();
  await closed(other.hub);
  expect(errors).toEqual(['ECONNRESET']);
});

test('who watches may cut between any two packets: what was before arrives, what is behind does not', async () => {
  const { proxy, hub, hears } = await openEcho();
  let left = 2;
  proxy.watch(({ way }) => {
    left -= way === 'up' ? 1 : 0;
    return left < 0 ? 'silence' : 'pass';
  });
  hub.write(Buffer.concat([pingreq, publish]));
  await hears(8);
  hub.write(pingreq);
  await once(hub, 'close');
  expect(await hears(8)).toEqual(Buffer.concat([pingreq, publish]));
});

test('a connection beyond the limit is closed at once, and those before it go on', async () => {
  const { proxy, hub, hears } = await openEcho({ connections: 1 });
  const other = connect({ port: proxy.port, host: '127.0.0.1' });
  other.on('error', () => other.destroy());
  await closed(other);
  hub.write(pingreq);
  expect(await hears(2)).toEqual(pingreq);
});
