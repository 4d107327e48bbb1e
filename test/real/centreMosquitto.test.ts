import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCentre } from '#centre/centre.ts';
import type { CentreEvent } from '#centre/events.ts';
import { makeKey, sha256Hex } from '#centre/keys.ts';
import { type MqttFront, startMqttFront } from '#centre/mqttFront.ts';
import { decodeAnswer } from '#protocol/mqtt/acknowledgement.ts';
import { encodeRecord } from '#protocol/mqtt/record.ts';
import { encodeReport } from '#protocol/mqtt/report.ts';
import { type Authority, type Certificate, createAuthority } from '#test/certificates.ts';
import { type Mosquitto, startMosquitto } from '#simulator/network/mosquitto.ts';
import { createVirtualClock } from '#test/virtualClock.ts';

/** Proves deploy/mosquitto as it stands: the files are filled in as their comments say. */
const template = readFileSync('deploy/mosquitto/welfare-hub.conf', 'utf8');
const accessList = readFileSync('deploy/mosquitto/welfare-hub.acl', 'utf8');

let authority: Authority;
let broker: Mosquitto;
let front: MqttFront;
let url: string;
const clients: MqttClient[] = [];
const events: CentreEvent[] = [];

beforeAll(async () => {
  authority = createAuthority();
  const server = authority.issue({ commonName: 'broker', use: 'server' });
  const port = await freePort();
  const filled = template
    .replaceAll('@PORT@', String(port))
    .replaceAll('@ADDRESS@', '127.0.0.1')
    .replaceAll('@FOLDER@', '{folder}');
  broker = await startMosquitto({
    lines: filled.split('\n'),
    files: {
      'welfare-hub.acl': accessList.replaceAll('@CENTRE@', 'centre-1'),
      'ca.pem': authority.certificate,
      'server.pem': server.certificate,
      'server.key': server.key,
    },
  });
  url = `mqtts://127.0.0.1:${port}`;
  await openCentre();
});

afterAll(async () => {
  for (const client of clients) {
    await client.endAsync(true);
  }
  await new Promise<void>((resolve) => {
    front.stop(resolve);
  });
  await broker.remove();
  authority.remove();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function openCentre(): Promise<void> {
  const { certificate, key } = authority.issue({ commonName: 'centre-1', use: 'client' });
  const clock = createVirtualClock();
  return new Promise((resolve) => {
    const listener = (event: CentreEvent) => {
      events.push(event);
      if (event.event === 'connected') {
        resolve();
      }
    };
    const centre = createCentre({ clock, sha256Hex, listener });
    const tls = { ca: authority.certificate, certificate, key };
    front = startMqttFront({ url, tls, name: 'centre-1', centre, signer: makeKey(), clock, random: () => 0, listener });
  });
}

async function open(certificate: Certificate | undefined, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await connectAsync(
    url,
    {
      protocolVersion: 5,
      reconnectPeriod: 0,
      ca: authority.certificate,
      ...(certificate === undefined ? {} : { cert: certificate.certificate, key: certificate.key }),
      ...options,
    },
    false,
  );
  clients.push(client);
  return client;
}

function openHub(hub: string, options: IClientOptions = {}): Promise<MqttClient> {
  return open(authority.issue({ commonName: hub, use: 'client' }), options);
}

function report(hub: string, ref: string): string {
  const when = { boot: 'b1', monotonicMs: 1, wall: '2026-01-15T11:59:59Z', trusted: true };
  const codes = { dty: 3, stc: 10, pri: 8 };
  const record = encodeRecord({ v: 1, hub, ref, report: 'alarm', from: 'pendant', ...codes, when });
  return encodeReport({ v: 1, record, attempt: 1, path: 'primary', buffered: false });
}

/** The topics and texts of the next messages. */
async function nextMessages(client: MqttClient, count: number): Promise<{ topic: string; text: string }[]> {
  const messages: { topic: string; text: string }[] = [];
  await new Promise<void>((resolve) => {
    client.on('message', (topic, payload) => {
      messages.push({ topic, text: payload.toString() });
      if (messages.length === count) {
        resolve();
      }
    });
  });
  return messages;
}

describe('our Mosquitto', () => {
  test('takes the centre by its certificate, over MQTT 5', () => {
    expect(events[0]).toEqual({ event: 'connected', url, protocol: 'MQTT 5' });
    expect(front.isUp()).toBe(true);
  });

  test('carries a report up and the acknowledgement down, and shows the hub that the centre is there', async () => {
    const hub = await openHub('hub-1');
    const arriving = nextMessages(hub, 2);
    await hub.subscribeAsync(['hub/v1/hub-1/down/#', 'centre/v1/+/state'], { qos: 1 });
    await hub.publishAsync('hub/v1/hub-1/up/report', report('hub-1', 'A1'), { qos: 1 });
    const [state, ack] = await arriving;
    expect(state).toMatchObject({ topic: 'centre/v1/centre-1/state' });
    expect(decodeAnswer(ack?.text ?? '')).toMatchObject({
      ok: true,
      value: { acknowledgement: { ref: 'A1', snu: 0 } },
    });
  });

  test.each(['hub/v1/hub-2/up/report', 'hub/v1/hub-3/down/ack', 'centre/v1/centre-1/state', 'centre/v1/hub-3/state'])(
    'lets no hub write %s when it is not its own',
    async (topic) => {
      const hub = await openHub('hub-3');
      await expect(hub.publishAsync(topic, report('hub-2', 'F1'), { qos: 1 })).rejects.toMatchObject({ code: 0x87 });
      expect(events).not.toContainEqual(
        expect.objectContaining({ case: expect.objectContaining({ ref: 'F1' }) as object }),
      );
    },
  );

  test("lets no hub read another's answers, whatever it subscribes to", async () => {
    const [spy, hub] = [await openHub('spy-1'), await openHub('hub-4')];
    const arriving = nextMessages(spy, 1);
    await spy.subscribeAsync(['hub/v1/+/down/#', 'hub/v1/+/up/#'], { qos: 1 });
    const answered = nextMessages(hub, 1);
    await hub.subscribeAsync('hub/v1/hub-4/down/#', { qos: 1 });
    await hub.publishAsync('hub/v1/hub-4/up/report', report('hub-4', 'S1'), { qos: 1 });
    await answered;
    await spy.publishAsync('hub/v1/spy-1/up/report', report('spy-1', 'S2'), { qos: 1 });
    expect(await arriving).toMatchObject([{ topic: 'hub/v1/spy-1/down/ack' }]);
  });

  test("lets no hub take over another's session by its client id", async () => {
    const victim = await openHub('hub-5', { clientId: 'hub-5' });
    const thief = await openHub('hub-6', { clientId: 'hub-5' });
    await thief.publishAsync('hub/v1/hub-6/up/report', report('hub-6', 'T1'), { qos: 1 });
    await victim.publishAsync('hub/v1/hub-5/up/report', report('hub-5', 'T2'), { qos: 1 });
    expect(victim.connected && thief.connected).toBe(true);
  });

  test('takes nobody without a certificate, and nobody with one of another authority', async () => {
    const stranger = createAuthority({ name: 'another authority' });
    await expect(open(undefined)).rejects.toThrow(/certificate required/);
    await expect(open(stranger.issue({ commonName: 'hub-1', use: 'client' }))).rejects.toThrow(/unknown ca/);
    stranger.remove();
  });

  test('speaks no TLS older than 1.2', async () => {
    const { certificate: cert, key } = authority.issue({ commonName: 'hub-7', use: 'client' });
    const old = { minVersion: 'TLSv1' as const, maxVersion: 'TLSv1.1' as const, ciphers: 'DEFAULT@SECLEVEL=0' };
    const { port } = new URL(url);
    const socket = connectTls({ host: '127.0.0.1', port: Number(port), ca: authority.certificate, cert, key, ...old });
    await expect(once(socket, 'secureConnect')).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    });
  });

  test('takes a body of the largest size that the contract allows, and hangs up on more', async () => {
    const hub = await openHub('hub-8', { protocolVersion: 4 });
    await hub.publishAsync('hub/v1/hub-8/up/report', 'å'.repeat(16_384), { qos: 1 });
    const closed = new Promise<void>((resolve) => {
      hub.once('close', resolve);
    });
    hub.publish('hub/v1/hub-8/up/report', 'x'.repeat(70_000), { qos: 1 });
    await closed;
    expect(hub.connected).toBe(false);
    expect(front.isUp()).toBe(true);
  });
});
