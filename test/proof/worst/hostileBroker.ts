import type { Socket } from 'node:net';
import { secondMs } from '#protocol/core/time.ts';
import type { MqttProtocol } from '#agent/uplink/session.ts';
import { startAgentAtWork } from '#test/real/agentWorld.ts';
import { createSliceCentre } from '#test/real/sliceWorld.ts';
import { openTestSession, realClock, startRawBroker } from '#test/real/uplinkWorld.ts';
import { startMosquitto } from '#simulator/network/mosquitto.ts';
import type { Part, Row } from './part.ts';

/** Every type of packet (MQTT 5, 2.1.2), those that only a client may send too, and 0, which there is not. */
const types = {
  reserved: 0x00,
  connect: 0x10,
  connack: 0x20,
  publish: 0x30,
  'publish, twice sent, retained, QoS 1': 0x3b,
  'publish QoS 2': 0x34,
  'publish QoS 3': 0x36,
  puback: 0x40,
  pubrec: 0x50,
  pubrel: 0x62,
  pubcomp: 0x70,
  subscribe: 0x82,
  suback: 0x90,
  unsubscribe: 0xa2,
  unsuback: 0xb0,
  pingreq: 0xc0,
  pingresp: 0xd0,
  disconnect: 0xe0,
  auth: 0xf0,
} as const;

const ff = (count: number): number[] => Array<number>(count).fill(0xff);

/** A length as MQTT writes it (1.5.5). */
function lengthOf(bytes: number): number[] {
  const digit = bytes % 128;
  return bytes < 128 ? [digit] : [digit | 0x80, ...lengthOf(Math.floor(bytes / 128))];
}

const packet = (head: number, body: readonly number[]): number[] => [head, ...lengthOf(body.length), ...body];

/** What can be wrong with a packet, whatever its type. */
const forms: Readonly<Record<string, (head: number) => readonly number[]>> = {
  'without a body': (head) => packet(head, []),
  'of one byte': (head) => packet(head, [0]),
  'of two zeros': (head) => packet(head, [0, 0]),
  'for packet 1': (head) => packet(head, [0, 1, 0, 0]),
  'for packet 65535': (head) => packet(head, [...ff(2), 0, 0]),
  'all ones': (head) => packet(head, ff(40)),
  'with every flag set': (head) => packet(head | 0x0f, [0, 1, 0, 0]),
  'with a topic that is longer than it': (head) => packet(head, [0xff, 0xff, 0x61, 0]),
  'with a topic that is no UTF-8': (head) => packet(head, [0, 2, 0xc3, 0x28, 0, 1, 0, 0x78]),
  'with a zero in its topic': (head) => packet(head, [0, 3, 0x61, 0, 0x62, 0, 1, 0]),
  'with a wildcard as its topic': (head) => packet(head, [0, 1, 0x23, 0, 1, 0, 0x78]),
  'without a topic': (head) => packet(head, [0, 0, 0, 1, 0, 0x78]),
  'with properties without end': (head) => packet(head, [0, 1, 0x61, ...ff(4), 0x7f, 0x26]),
  'with a property that there is not': (head) => packet(head, [0, 1, 0x61, 0, 1, 2, 0x7f, 0]),
  'with a topic alias that was never said': (head) => packet(head, [0, 0, 3, 0x23, 0, 9, 0x78]),
  'with a length of five bytes': (head) => [head, 0x80, 0x80, 0x80, 0x80, 0x01, 0],
  'that announces all that MQTT can': (head) => [head, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x61],
  'that is cut off': (head) => [head, 10, 0, 1],
  'of 200,000 bytes': (head) => packet(head, [0, 1, 0x61, 0, ...Array<number>(200_000).fill(0x78)]),
  'a hundred times': (head) => Array.from({ length: 100 }, () => packet(head, [0, 1, 0, 0])).flat(),
};

const accepted: Readonly<Record<MqttProtocol, readonly number[]>> = {
  5: [0x20, 3, 0, 0, 0],
  4: [0x20, 2, 0, 0],
};

/** When it comes: in place of the CONNACK, after it, or after the subscription was granted as well. */
const moments = ['in place of CONNACK', 'in place of SUBACK', 'in service'] as const;

type Moment = (typeof moments)[number];

const endings = /^(protocol-error|closed-|refused|subscription-refused|connection-lost|taken-over|keepalive|timeout)/u;

interface Try {
  name: string;
  protocol: MqttProtocol;
  moment: Moment;
  bytes: readonly number[];
}

/** Plays the broker up to the moment, then sends the bytes and hangs up: who tolerates them is told that it is over. */
function hostile({ protocol, moment, bytes }: Try): (client: Socket) => void {
  const attack = (client: Socket): void => void client.end(Buffer.from(bytes));
  return (client) => {
    if (moment === 'in place of CONNACK') return attack(client);
    client.write(Buffer.from(accepted[protocol]));
    client.once('data', (subscribe: Buffer) => {
      if (moment === 'in place of SUBACK') return attack(client);
      client.write(subackFor(subscribe, protocol));
      client.once('data', () => attack(client));
      // Whoever says nothing when it is up is attacked all the same.
      realClock.at(realClock.monotonicMs() + 20, () => attack(client));
    });
  };
}

function subackFor(subscribe: Buffer, protocol: MqttProtocol): Buffer {
  const id = [subscribe[2] ?? 0, subscribe[3] ?? 0];
  return Buffer.from(packet(0x90, protocol === 5 ? [...id, 0, 1] : [...id, 1]));
}

/** Every type of packet in every form at every moment, in both versions. */
export async function proveHostilePackets(): Promise<Part> {
  const wrong: string[] = [];
  let next: Try | undefined;
  const broker = await startRawBroker((client) => (next === undefined ? client.destroy() : hostile(next)(client)));
  const rows: Row[] = [];
  for (const [type, head] of Object.entries(types)) {
    const ends: Record<string, number> = {};
    let times = 0;
    for (const one of triesOf(type, head)) {
      next = one;
      times += 1;
      const session = openTestSession({
        url: broker.url,
        protocol: one.protocol,
        subscriptions: [{ topic: 'a', qos: 1 }],
        connectTimeoutMs: 5 * secondMs,
      });
      const { code } = await session.closed();
      ends[code] = (ends[code] ?? 0) + 1;
      const closed = session.events.filter((event) => event.type === 'closed').length;
      const heard = session.events.filter((event) => event.type === 'message');
      if (!endings.test(code)) wrong.push(`${one.name}: ended with ${code}`);
      if (closed !== 1) wrong.push(`${one.name}: told of ${closed} ends`);
      if (type !== 'publish' && !type.startsWith('publish,') && heard.length > 0) wrong.push(`${one.name}: was heard`);
    }
    const words = Object.entries(ends).toSorted(([, one], [, other]) => other - one);
    rows.push({ trouble: type, times, came: words.map(([code, count]) => `${code} ${count}`).join(', ') });
  }
  return { rows, wrong };
}

function triesOf(type: string, head: number): Try[] {
  return Object.entries(forms).flatMap(([form, bytesOf]) =>
    moments.flatMap((moment) =>
      ([5, 4] as const).map((protocol) => ({
        name: `${type} ${form}, ${moment}, MQTT ${protocol === 5 ? '5' : '3.1.1'}`,
        protocol,
        moment,
        bytes: bytesOf(head),
      })),
    ),
  );
}

/** What a broker says without end once it has let the hub in. */
const endless: Readonly<Record<string, readonly number[]>> = {
  SUBACK: packet(0x90, [0, 9, 0, 0]),
  PUBACK: packet(0x40, [0, 9]),
  PINGRESP: packet(0xd0, []),
  PUBLISH: packet(0x30, [0, 1, 0x61, 0, 0x78]),
  'zero bytes': [0],
};

const blockBytes = 16_384;
/** Long enough that an alarm pressed meanwhile would be held up. */
const reserveWithinMs = 10 * secondMs;
const growthLimitMiB = 96;
/** A second apart, while it pours. */
const presses = 3;

/** A primary broker that never stops talking: the alarm reaches the reserve in time, and the hub's memory stays. */
export async function proveEndless(): Promise<Part> {
  const wrong: string[] = [];
  const rows: Row[] = [];
  for (const [what, bytes] of Object.entries(endless)) {
    let poured = 0;
    const block = Buffer.concat(Array<Buffer>(Math.ceil(blockBytes / bytes.length)).fill(Buffer.from(bytes)));
    const primary = await startRawBroker((client) => {
      client.write(Buffer.from(accepted[5]));
      const pour = (): void => {
        if (client.destroyed) return;
        poured += block.length;
        // A moment between two, or nobody else in this process would get a turn.
        client.write(block, () => void realClock.at(realClock.monotonicMs() + 1, pour));
      };
      pour();
    });
    const broker = await startMosquitto();
    const centre = createSliceCentre(broker.url);
    await centre.connect();
    const agent = startAgentAtWork({ primary: { centre, url: primary.url }, reserve: { centre, url: broker.url } });
    await agent.logged({ step: 'connected', path: 'reserve' });
    await agent.logged({ step: 'receiver' });
    const before = process.memoryUsage.rss();
    let tookMs = 0;
    for (let press = 1; press <= presses; press += 1) {
      const pressedMs = realClock.monotonicMs();
      agent.say(`press pendant-${press}`);
      const { ref } = await agent.logged({ step: 'alarm', from: `pendant-${press}` });
      await agent.logged({ step: 'acknowledged', ref });
      tookMs = Math.max(tookMs, Math.round(realClock.monotonicMs() - pressedMs));
      await new Promise<void>((resolve) => realClock.at(pressedMs + secondMs, resolve));
    }
    const growthMiB = (process.memoryUsage.rss() - before) / 1_048_576;
    if (tookMs > reserveWithinMs) wrong.push(`endless ${what}: the reserve had an alarm after ${tookMs} ms`);
    if (growthMiB > growthLimitMiB) wrong.push(`endless ${what}: ${growthMiB.toFixed(0)} MiB more`);
    if (centre.alarms().length !== presses) wrong.push(`endless ${what}: ${centre.alarms().length} cases`);
    await agent.stop();
    await broker.remove();
    rows.push({
      trouble: `${what} without end`,
      times: presses,
      came: `${Math.round(poured / 1_024)} KiB poured; the reserve had each alarm after ${tookMs} ms at most`,
    });
  }
  return { rows, wrong };
}
