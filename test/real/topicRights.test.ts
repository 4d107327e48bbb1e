import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Authority, createAuthority } from '#test/certificates.ts';
import { type ShippedBroker, startShippedBroker } from './shippedBroker.ts';

/** One hub with a real certificate tries to hear and to disturb another; an observer with all rights looks on. */
const [victim, thief] = ['hub-0001', 'hub-0002'];

let authority: Authority;
let broker: ShippedBroker;
let observer: MqttClient;
let spy: MqttClient;
const seen: string[] = [];
const overheard: string[] = [];

beforeAll(async () => {
  authority = createAuthority();
  const server = authority.issue({ commonName: 'broker', use: 'server' });
  broker = await startShippedBroker(authority, server, { access: '\nuser observer\ntopic readwrite #\n' });
  observer = await open('observer');
  observer.on('message', (topic) => seen.push(topic));
  await observer.subscribeAsync('#', { qos: 1 });
  spy = await open(thief);
  spy.on('message', (topic, payload) => overheard.push(`${topic} ${payload.toString()}`));
});

afterAll(async () => {
  await spy.endAsync(true);
  await observer.endAsync(true);
  await broker.remove();
  authority.remove();
});

async function open(commonName: string, options: IClientOptions = {}): Promise<MqttClient> {
  const { certificate: cert, key } = authority.issue({ commonName, use: 'client' });
  const tls = { ca: authority.certificate, cert, key };
  const client = await connectAsync(broker.url, { protocolVersion: 5, reconnectPeriod: 0, ...tls, ...options }, false);
  client.on('error', () => {});
  return client;
}

const names = ['up/report', 'up/heartbeat', 'up/state', 'up/result', 'down/ack', 'down/command', 'x', ''];
const lookAlikes = [
  'hub-000１',
  'hub‐0001',
  'һub-0001',
  'hub-0001\u200b',
  'HUB-0001',
  ' hub-0001',
  'hub-0001 ',
  'hub-0001\u0301',
];

/** Forms of topics that are somebody else's, or nobody's. */
function foreignTopics(): string[] {
  const others = [
    victim,
    ...lookAlikes,
    '',
    '..',
    `${thief}/../${victim}`,
    `${thief}${victim}`,
    '%u',
    '%c',
    '0'.repeat(300),
  ];
  const topics = others.flatMap((other) => names.map((name) => `hub/v1/${other}/${name}`));
  return [
    ...topics,
    ...names
      .slice(0, 6)
      .flatMap((name) => [`/hub/v1/${victim}/${name}`, `hub/v1/${victim}/${name}/`, `hub//v1/${victim}/${name}`]),
    ...['down', 'down/ack', 'down/command', 'down/', '/up/report', 'UP/report'].map(
      (name) => `hub/v1/${thief}/${name}`,
    ),
    ...['centre-1', thief, victim, ''].flatMap((centre) => [`centre/v1/${centre}/state`, `centre/v1/${centre}/state/`]),
    '$SYS/broker/load',
    '$SYS/x',
    '$share/g/x',
    '$CONTROL/dynamic-security/v1',
    `$SYS/hub/v1/${thief}/up/report`,
    'hub',
    'hub/v1',
    'hub/v2',
    `hub/v1/${thief}`,
    `hub/v2/${thief}/up/report`,
    'a',
    ' ',
    `${'a/'.repeat(150)}a`,
  ];
}

/** Filters that would hear what is not this hub's. */
function greedyFilters(): string[] {
  const plain = [
    '#',
    '+/#',
    '+/+/#',
    'hub/#',
    'hub/v1/#',
    'hub/+/#',
    'hub/v1/+/#',
    'hub/v1/+/down/#',
    'hub/v1/+/up/#',
    '+/v1/+/down/+',
    'hub/v1/+/down/ack',
    'hub/v1/+/down/command',
    'hub/v1/+/+/+',
    '+/+/+/+/+',
    '/#',
    '$SYS/#',
    '$SYS/broker/#',
    '$SYS/+',
    '$CONTROL/#',
    'centre/#',
    `hub/v1/${victim}/#`,
    `hub/v1/${victim}/+/+`,
    `hub/v1/${victim}/down/#`,
    `hub/v1/${victim}/up/#`,
    `hub/+/${victim}/down/#`,
    `+/+/${victim}/#`,
    ...names.slice(0, 6).map((name) => `hub/v1/${victim}/${name}`),
    ...lookAlikes.map((other) => `hub/v1/${other}/down/#`),
  ];
  return [...plain, ...plain.filter((filter) => !filter.startsWith('$')).map((filter) => `$share/group/${filter}`)];
}

describe("a hub with another's topics in mind", () => {
  test('tries some two hundred forms of topic', () => {
    expect(foreignTopics().length + greedyFilters().length).toBeGreaterThanOrEqual(200);
  });

  test('writes nothing to any of them, retained or not', async () => {
    const before = seen.length;
    const taken: string[] = [];
    for (const topic of foreignTopics()) {
      for (const retain of [false, true]) {
        if (!spy.connected) spy = await open(thief);
        // Refused with a reason, or hung up on: both will do.
        if (
          await spy.publishAsync(topic, 'forged', { qos: 1, retain }).then(
            () => true,
            () => false,
          )
        )
          taken.push(topic);
      }
    }
    await observer.publishAsync('mark', 'end', { qos: 1 });
    await expect.poll(() => seen.at(-1)).toBe('mark');
    expect([taken, seen.slice(before)]).toEqual([[], ['mark']]);
  });

  test('hears nothing that is not its own, by any filter, shared ones too', async () => {
    spy = await open(thief);
    spy.on('message', (topic, payload) => overheard.push(`${topic} ${payload.toString()}`));
    for (const filter of greedyFilters()) {
      if (!spy.connected) throw new Error(`hung up before ${filter}`);
      await spy.subscribeAsync(filter, { qos: 1 }).catch(() => {});
    }
    for (const name of names.slice(0, 6)) {
      await observer.publishAsync(`hub/v1/${victim}/${name}`, 'secret', { qos: 1, retain: true });
    }
    await spy.subscribeAsync(greedyFilters().slice(0, 8), { qos: 1 }).catch(() => {});
    await observer.publishAsync(`hub/v1/${thief}/down/ack`, 'its own', { qos: 1 });
    await expect.poll(() => overheard.join()).toContain('its own');
    expect(overheard.filter((heard) => heard.includes('secret') || !heard.startsWith(`hub/v1/${thief}/down/`))).toEqual(
      [],
    );
  });

  test.each([`hub/v1/${victim}/up/state`, `hub/v1/${victim}/down/command`, 'centre/v1/centre-1/state'])(
    'leaves no last will at %s',
    async (topic) => {
      const before = seen.length;
      const will = { topic, payload: Buffer.from('forged'), qos: 1 as const, retain: true };
      const dying = await open(thief, { will }).catch(() => undefined);
      dying?.stream.destroy();
      await observer.publishAsync('mark', topic, { qos: 1 });
      const late = await open('hub-0003');
      await late.publishAsync('hub/v1/hub-0003/up/state', 'there', { qos: 1 });
      await expect.poll(() => seen.at(-1)).toBe('hub/v1/hub-0003/up/state');
      expect(seen.slice(before)).toEqual(['mark', 'hub/v1/hub-0003/up/state']);
      await late.endAsync(true);
    },
  );
});
