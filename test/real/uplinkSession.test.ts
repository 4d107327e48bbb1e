import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { inFlightLimit, maximumPacketBytes } from '#agent/uplink/mqttSession.ts';
import { startMosquitto, type Mosquitto } from '#simulator/network/mosquitto.ts';
import { openTestSession, realClock, sessionDefaults } from './uplinkWorld.ts';

let broker: Mosquitto;
beforeAll(async () => {
  broker = await startMosquitto();
});
afterAll(() => broker.remove());

const once = { subscriptions: [{ topic: 'news/#', qos: 1 as const }] };

test('a session comes up with MQTT 5 and carries messages both ways, byte for byte', async () => {
  const session = openTestSession({ url: broker.url, subscriptions: [{ topic: 'echo', qos: 1 }] });
  expect(await session.up()).toEqual({ type: 'up', sessionPresent: false });
  expect(session.send('echo', 'Hjälp!')).toBe('sent');
  expect(await session.heard('echo')).toBe('Hjälp!');
  session.close();
  expect(await session.closed()).toMatchObject({ code: 'closed-by-hub' });
});

test('before it is up and after its end a session drops what it is given and says so', async () => {
  const session = openTestSession({ url: broker.url });
  expect(session.send('early', '')).toBe('down');
  await session.up();
  session.close();
  expect(session.send('late', '')).toBe('down');
  await session.closed();
  expect(session.send('later', '')).toBe('down');
  expect(session.events.filter(({ type }) => type === 'closed')).toHaveLength(1);
});

describe('last will', () => {
  test('is published when the session ends without a word', async () => {
    const witness = openTestSession({ url: broker.url, subscriptions: [{ topic: 'state/killed', qos: 1 }] });
    await witness.up();
    const will = { topic: 'state/killed', payload: Buffer.from('offline'), qos: 1 as const, retain: true };
    const session = openTestSession({ url: broker.url, will });
    await session.up();
    session.abort();
    expect(session.events.at(-1)).toMatchObject({ type: 'closed', reason: { code: 'closed-by-hub' } });
    expect(await witness.heard('state/killed')).toBe('offline');
    witness.close();
  });

  test('is not published after an orderly end, not even with publishes unacknowledged', async () => {
    const topic = 'state/orderly';
    const session = openTestSession({
      url: broker.url,
      will: { topic, payload: Buffer.from('offline'), qos: 1, retain: true },
    });
    await session.up();
    session.send(topic, 'online', { retain: true });
    session.send('last/words', 'heard');
    session.close();
    await session.closed();
    // The retained state tells a later reader what the broker last heard.
    const witness = openTestSession({ url: broker.url, subscriptions: [{ topic, qos: 1 }] });
    expect(await witness.heard(topic)).toBe('online');
    witness.close();
  });
});

test('what waited at the broker while the hub was away is heard, and none of it is lost before SUBACK', async () => {
  const { clientId } = sessionDefaults();
  const first = openTestSession({ url: broker.url, clientId, ...once });
  await first.up();
  first.close();
  await first.closed();
  const sender = openTestSession({ url: broker.url });
  await sender.up();
  for (let count = 0; count < 10; count += 1) {
    sender.send(`news/${count}`, String(count));
  }
  sender.close();
  await sender.closed();
  const second = openTestSession({ url: broker.url, clientId, ...once });
  expect(await second.up()).toMatchObject({ sessionPresent: true });
  await second.heard('news/9');
  const heard = second.events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
  expect(heard).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  second.close();
});

test('a second client with the same name takes the session over, and the first hears its end at once', async () => {
  const { clientId } = sessionDefaults();
  const first = openTestSession({ url: broker.url, clientId });
  await first.up();
  const second = openTestSession({ url: broker.url, clientId });
  // This broker ends the first without a reason; one that gives it is in uplinkHostile.test.ts.
  expect((await first.closed()).code).toMatch(/^(taken-over|closed-by-broker)$/u);
  await second.up();
  second.close();
});

test('publishing faster than the broker acknowledges is told at the limit, and again when there is room', async () => {
  const session = openTestSession({ url: broker.url });
  await session.up();
  let sent = 0;
  while (session.send('flood', 'x') === 'sent') {
    sent += 1;
  }
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThanOrEqual(inFlightLimit);
  expect(session.send('flood', 'x')).toBe('full');
  await session.until(({ type }) => type === 'room');
  expect(session.send('flood', 'x')).toBe('sent');
  session.close();
});

test('a message that can never fit is refused at once and the session lives on', async () => {
  const session = openTestSession({ url: broker.url, subscriptions: [{ topic: 'size', qos: 1 }] });
  await session.up();
  expect(session.send('size', 'x'.repeat(maximumPacketBytes))).toBe('too-large');
  expect(session.send('size', 'x'.repeat(maximumPacketBytes - 100))).toBe('sent');
  expect(await session.heard('size')).toHaveLength(maximumPacketBytes - 100);
  session.close();
});

test('a subscription granted with a lower quality of service than asked does not count as up', async () => {
  const lossy = await startMosquitto({ lines: ['max_qos 0'] });
  onTestFinished(() => lossy.remove());
  const session = openTestSession({ url: lossy.url, ...once });
  expect(await session.closed()).toMatchObject({
    code: 'subscription-refused',
    message: expect.stringContaining('news/#'),
  });
  expect(session.events.map(({ type }) => type)).toEqual(['closed']);
});

test('a message that the rules of the broker forbid is told as refused and the session lives on', async () => {
  const strict = await startMosquitto({
    lines: ['acl_file {folder}/rules'],
    files: { rules: 'topic readwrite allowed' },
  });
  onTestFinished(() => strict.remove());
  const session = openTestSession({ url: strict.url, subscriptions: [{ topic: 'allowed', qos: 1 }] });
  await session.up();
  session.send('forbidden', 'x');
  expect(await session.until(({ type }) => type === 'refused')).toEqual({ type: 'refused', topic: 'forbidden' });
  session.send('allowed', 'y');
  expect(await session.heard('allowed')).toBe('y');
  session.close();
});

describe('a broker that cannot be reached', () => {
  test('nobody listens: the connection is refused', async () => {
    const stopped = await startMosquitto();
    await stopped.remove();
    const session = openTestSession({ url: stopped.url });
    expect(await session.closed()).toMatchObject({ code: 'connection-refused' });
  });

  test('it listens but never answers: the attempt ends at its time limit', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const { port } = silent.address() as { port: number };
    const session = openTestSession({ url: `mqtt://127.0.0.1:${port}`, connectTimeoutMs: 50 });
    expect(await session.closed()).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('MQTT handshake'),
    });
    silent.close();
  });

  test('the address is none: the session says so as it says everything else', async () => {
    const session = openTestSession({ url: 'http://centre.example' });
    expect(session.events).toEqual([]);
    expect(await session.closed()).toMatchObject({ code: 'bad-url' });
  });
});

test('an alarm right behind another packet does not wait for the delayed acknowledgement of TCP', async () => {
  const session = openTestSession({ url: broker.url, subscriptions: [{ topic: 'alarm/#', qos: 0 }] });
  await session.up();
  const tookMs: number[] = [];
  for (let count = 0; count < 40; count += 1) {
    const beganMs = performance.now();
    // Nobody reads it, so that no answer carries the acknowledgement of TCP back.
    session.send('heartbeat', '', { qos: 0 });
    await new Promise((resolve) => setImmediate(resolve));
    session.send(`alarm/${count}`, 'alarm');
    await session.heard(`alarm/${count}`);
    tookMs.push(performance.now() - beganMs);
  }
  // Nagle's algorithm costs 40 ms here, each time; without it the median is below one. A busy machine holds many up, not all.
  expect(tookMs.toSorted((a, b) => a - b)[10]).toBeLessThan(20);
  session.close();
});

test('heartbeats and their answers take the place of pings (B4.5)', async () => {
  const chatty = await startMosquitto({ lines: ['log_type all'] });
  onTestFinished(() => chatty.remove());
  const session = openTestSession({ url: chatty.url, keepaliveS: 4, subscriptions: [{ topic: 'beat/#', qos: 0 }] });
  await session.up();
  const beganMs = realClock.monotonicMs();
  for (let count = 0; realClock.monotonicMs() - beganMs < 5_000; count += 1) {
    session.send(`beat/${count}`, '', { qos: 0 });
    await session.heard(`beat/${count}`);
  }
  expect(chatty.log.filter((line) => line.includes('PINGREQ'))).toEqual([]);
  // Then nothing is said any more, and pings keep the connection.
  await chatty.logged('PINGREQ');
  session.close();
});
