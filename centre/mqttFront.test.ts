import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Cancel } from '#protocol/core/time.ts';
import { decodeAnswer } from '#protocol/mqtt/acknowledgement.ts';
import { checkSeal } from '#protocol/mqtt/signature.ts';
import { encodeHeartbeat } from '#protocol/mqtt/heartbeat.ts';
import { encodeRecord } from '#protocol/mqtt/record.ts';
import { encodeReport } from '#protocol/mqtt/report.ts';
import { encodeHubState } from '#protocol/mqtt/state.ts';
import { type Broker, startBroker } from './broker.ts';
import { createCentre } from './centre.ts';
import type { CentreEvent } from './events.ts';
import { makeKey, sha256Hex, verifier } from './keys.ts';
import { bodyBytesLimit, startMqttFront } from './mqttFront.ts';

/** What happens, to be awaited in order; what came before it was asked for is kept. */
function createInbox<Item>() {
  const items: Item[] = [];
  const waiting: ((item: Item) => void)[] = [];
  return {
    put(item: Item) {
      const waiter = waiting.shift();
      if (waiter === undefined) {
        items.push(item);
      } else {
        waiter(item);
      }
    },
    next(): Promise<Item> {
      const item = items.shift();
      return item === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(item);
    },
  };
}

/** Time stands still; `fireNext` goes to the timer that was set last, which is the retry after a break. */
function createStandingClock() {
  const timers = new Set<() => void>();
  return {
    clock: {
      monotonicMs: () => 0,
      wallMs: () => 0,
      wallTrusted: () => true,
      at(_atMs: number, action: () => void): Cancel {
        timers.add(action);
        return () => timers.delete(action);
      },
    },
    fireLast() {
      const last = [...timers].at(-1);
      if (last !== undefined) {
        timers.delete(last);
        last();
      }
    },
  };
}

const key = makeKey();
const ends: (() => Promise<unknown>)[] = [];
let broker: Broker;
beforeEach(async () => {
  broker = await startBroker();
  ends.push(() => broker.close());
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) {
    await end();
  }
});

/** A centre on the broker, and what it tells. */
function openCentre(url = broker.url) {
  const events = createInbox<CentreEvent>();
  const { clock, fireLast } = createStandingClock();
  const centre = createCentre({ clock, sha256Hex, listener: events.put });
  const front = startMqttFront({
    url,
    name: 'centre-1',
    centre,
    signer: key,
    clock,
    random: () => 0.5,
    listener: events.put,
  });
  const stop = () => new Promise<void>((resolve) => front.stop(resolve));
  ends.push(stop);
  return { centre, front, events, fireLast, stop };
}

/** A hub that writes and reads by the book, over a client of its own. */
async function openHub(hub = 'hub-1', url = broker.url) {
  const client = await connectAsync(url, { protocolVersion: 4, clientId: hub, reconnectPeriod: 0 });
  ends.push(() => client.endAsync(true));
  const inbox = createInbox<{ topic: string; text: string; qos: number; retain: boolean }>();
  client.on('message', (topic, payload, { qos, retain }) =>
    inbox.put({ topic, text: payload.toString(), qos, retain }),
  );
  await client.subscribeAsync([`hub/v1/${hub}/down/#`, 'centre/v1/+/state'], { qos: 1 });
  const say = (name: string, body: string | Buffer) => client.publishAsync(`hub/v1/${hub}/${name}`, body, { qos: 1 });
  return { client, inbox, say };
}

const when = { boot: 'b1', monotonicMs: 1, wall: '2026-01-15T11:59:59Z', trusted: true };
const record = encodeRecord({
  v: 1,
  hub: 'hub-1',
  ref: 'A1',
  report: 'alarm',
  from: 'pendant',
  dty: 3,
  stc: 10,
  pri: 8,
  when,
});
const report = encodeReport({ v: 1, record, attempt: 1, path: 'primary', buffered: false });
const beat = encodeHeartbeat({
  v: 1,
  hub: 'hub-1',
  sequence: 7,
  uptimeMs: 1,
  waiting: 0,
  configuration: 1,
  firmware: '0.1.0',
});

describe('a centre on a broker', () => {
  test('falls back to MQTT 3.1.1 where MQTT 5 is refused, and says that it is online', async () => {
    const { events, front } = openCentre();
    expect(await events.next()).toEqual({ event: 'connected', url: broker.url, protocol: 'MQTT 3.1.1' });
    expect(front.isUp()).toBe(true);
    const { inbox } = await openHub();
    expect(await inbox.next()).toMatchObject({
      topic: 'centre/v1/centre-1/state',
      text: '{"v":1,"centre":"centre-1","state":"online"}',
      retain: true,
    });
  });

  test('acknowledges a report with a signature over hub, reference and hash, twice the same', async () => {
    const { events } = openCentre();
    await events.next();
    const { inbox, say } = await openHub();
    await inbox.next();
    await say('up/report', report);
    await say('up/report', report);
    const [first, second] = [await inbox.next(), await inbox.next()];
    expect(first).toMatchObject({ topic: 'hub/v1/hub-1/down/ack', qos: 1, retain: false });
    expect(second.text).toBe(first.text);
    const answer = decodeAnswer(first.text);
    expect(answer).toMatchObject({
      ok: true,
      value: { acknowledgement: { hub: 'hub-1', ref: 'A1', hash: sha256Hex(record), snu: 0, cre: 61 } },
    });
    const check = verifier(key.publicKey);
    const keys = new Map(check.ok ? [[key.keyId, check.value]] : []);
    expect(answer.ok ? checkSeal('ack', answer.value.sealed.ack, answer.value.sealed, keys) : answer).toMatchObject({
      ok: true,
    });
  });

  test('answers a heartbeat unsigned and with QoS 0, and tells of hubs that come and go', async () => {
    const { events } = openCentre();
    await events.next();
    const { inbox, say } = await openHub();
    await inbox.next();
    await say('up/state', encodeHubState({ v: 1, hub: 'hub-1', state: 'online' }));
    expect(await events.next()).toMatchObject({ event: 'hub-state', state: { state: 'online' } });
    await say('up/heartbeat', beat);
    expect(await inbox.next()).toMatchObject({
      text: '{"v":1,"ack":"{\\"v\\":1,\\"hub\\":\\"hub-1\\",\\"heartbeat\\":7,\\"snu\\":0}"}',
      qos: 0,
    });
  });

  test('survives any nonsense, says what was wrong, and answers the next good report', async () => {
    const { events, centre } = openCentre();
    await events.next();
    const { inbox, say } = await openHub();
    await inbox.next();
    const nonsense: [string, string | Buffer, string][] = [
      ['up/report', 'no json', 'body/not-json'],
      ['up/report', Buffer.from([0xff, 0xfe, 0x00]), 'body/not-text'],
      ['up/report', 'x'.repeat(bodyBytesLimit + 1), 'body/too-long'],
      ['up/report', '{"v":2}', 'body/unknown-version'],
      ['up/heartbeat', '{"v":1}', 'body/missing'],
      ['up/state', '[]', 'body/content'],
      ['up/nonsense', '{}', 'topic/unknown'],
    ];
    for (const [name, body, code] of nonsense) {
      await say(name, body);
      expect(await events.next()).toMatchObject({ event: 'refused', problem: { code } });
    }
    await say('up/report', report);
    expect(decodeAnswer((await inbox.next()).text)).toMatchObject({ ok: true });
    expect(centre.counts()).toMatchObject({ opened: 1, refused: nonsense.length });
  });

  test('says offline before it leaves', async () => {
    const { events, stop } = openCentre();
    await events.next();
    const { inbox } = await openHub();
    await inbox.next();
    await stop();
    expect(await inbox.next()).toMatchObject({
      topic: 'centre/v1/centre-1/state',
      text: expect.stringContaining('offline') as string,
    });
  });

  test('comes back after the broker was gone', async () => {
    const { events, fireLast } = openCentre();
    await events.next();
    const { port } = broker;
    await broker.close();
    expect(await events.next()).toMatchObject({ event: 'disconnected', retryMs: 500 });
    fireLast();
    expect(await events.next()).toMatchObject({
      event: 'disconnected',
      retryMs: 1_000,
      reason: expect.stringContaining('ECONNREFUSED') as string,
    });
    broker = await startBroker({ port });
    fireLast();
    expect(await events.next()).toMatchObject({ event: 'connected', protocol: 'MQTT 3.1.1' });
  });
});

test('the broker within the process takes as many connections as its bound and no more', async () => {
  const small = await startBroker({ connections: 1 });
  ends.push(() => small.close());
  const first = await connectAsync(small.url, { protocolVersion: 4, reconnectPeriod: 0 });
  ends.push(() => first.endAsync(true));
  const second = connectAsync(small.url, { protocolVersion: 4, reconnectPeriod: 0 }, false);
  await expect(second).rejects.toThrow(/connect|ECONNRESET/);
  expect(first.connected).toBe(true);
});

describe('a broker that is not one', () => {
  async function openFalseBroker(serve: (socket: Socket) => void): Promise<string> {
    const server: Server = createServer(serve).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    return `mqtt://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  }

  test('but hangs up on everybody makes the centre wait longer and longer', async () => {
    const { events, fireLast } = openCentre(await openFalseBroker((socket) => socket.destroy()));
    for (const retryMs of [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
      expect(await events.next()).toMatchObject({ event: 'disconnected', retryMs });
      fireLast();
    }
  });

  test('but answers with rubbish does no harm', async () => {
    const { events } = openCentre(await openFalseBroker((socket) => socket.resume().write(Buffer.alloc(64, 0xff))));
    expect(await events.next()).toMatchObject({ event: 'disconnected' });
  });
});
