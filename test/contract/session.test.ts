import { describe, expect, onTestFinished, test } from 'vitest';
import { inFlightLimit, maximumPacketBytes, mqttSessions } from '#agent/uplink/mqttSession.ts';
import type {
  OpenSession,
  PublishOptions,
  PublishOutcome,
  Session,
  SessionListener,
  SessionOptions,
} from '#agent/uplink/session.ts';
import { createBearer } from '#simulator/network/bearer.ts';
import { createMemoryBroker } from '#simulator/network/memoryBroker.ts';
import { memorySessions } from '#simulator/network/memorySession.ts';
import { startMosquitto } from '#simulator/network/mosquitto.ts';
import { createStory, realClock, type SessionEvent, sessionDefaults } from '#test/real/uplinkWorld.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';

/** What a hub may rely on, whatever its sessions are made of (agent/uplink/session.ts). */
interface Network {
  url: string;
  open: OpenSession;
  /** Lets what is under way happen, until it is so; real time passes by itself. */
  pass(isSo: () => boolean): void;
  stopBroker(): Promise<void>;
  restartBroker(): Promise<void>;
}

/** Virtual time in which everything on the network has happened, in milliseconds. */
const settleMs = 10_000;

function memoryNetwork(): Promise<Network> {
  const clock = createVirtualClock();
  const broker = createMemoryBroker({ clock });
  const bearer = createBearer({ clock, random: createSeededRandom(1) });
  const url = 'mqtt://broker.example';
  return Promise.resolve({
    url,
    open: memorySessions({ clock, bearer, findBroker: () => broker }),
    pass: (isSo) => clock.advanceTo(clock.monotonicMs() + settleMs, isSo),
    stopBroker() {
      broker.stop();
      return Promise.resolve();
    },
    restartBroker() {
      broker.stop();
      broker.start();
      return Promise.resolve();
    },
  });
}

async function mosquittoNetwork(): Promise<Network> {
  const broker = await startMosquitto();
  onTestFinished(() => broker.remove());
  return {
    url: broker.url,
    open: mqttSessions({ clock: realClock }),
    pass() {},
    stopBroker: () => broker.stop(),
    restartBroker: () => broker.restart(),
  };
}

type Wanted = Partial<SessionOptions>;

function openOn(network: Network, wanted: Wanted = {}) {
  const story = createStory<SessionEvent>();
  const listener: SessionListener = {
    up: ({ sessionPresent }) => story.tell({ type: 'up', sessionPresent }),
    message: (topic, payload) => story.tell({ type: 'message', topic, text: Buffer.from(payload).toString() }),
    refused: (topic) => story.tell({ type: 'refused', topic }),
    room: () => story.tell({ type: 'room' }),
    closed: (reason) => story.tell({ type: 'closed', reason }),
  };
  const session: Session = network.open({ ...sessionDefaults(), url: network.url, ...wanted }, listener);
  const until = (fits: (event: SessionEvent) => boolean): Promise<SessionEvent> => {
    network.pass(() => story.events.some(fits));
    return story.until(fits);
  };
  return {
    ...session,
    events: story.events,
    until,
    types: () => story.events.map(({ type }) => type),
    texts: () => story.events.flatMap((event) => (event.type === 'message' ? [event.text] : [])),
    send: (topic: string, text: string, options: Partial<PublishOptions> = {}): PublishOutcome =>
      session.publish(topic, Buffer.from(text), { qos: 1, retain: false, ...options }),
    up: () => until(({ type }) => type === 'up'),
    closed: async () => ((await until(({ type }) => type === 'closed')) as { reason: { code: string } }).reason,
    heard: (topic: string) => until((event) => event.type === 'message' && event.topic === topic),
  };
}

const news = { subscriptions: [{ topic: 'news/#', qos: 1 as const }] };

function sessionContract(name: string, make: () => Promise<Network>): void {
  describe(`a session on ${name}`, () => {
    test('says nothing before it was opened, comes up, and carries messages both ways byte for byte', async () => {
      const network = await make();
      const session = openOn(network, { subscriptions: [{ topic: 'echo', qos: 1 }] });
      expect(session.events).toEqual([]);
      expect(await session.up()).toEqual({ type: 'up', sessionPresent: false });
      expect(session.send('echo', 'Hjälp!')).toBe('sent');
      expect(await session.heard('echo')).toMatchObject({ text: 'Hjälp!' });
      session.close();
      expect(await session.closed()).toMatchObject({ code: 'closed-by-hub' });
    });

    test('drops what it is given before it is up and after its end, and says so; the end is told once', async () => {
      const network = await make();
      const session = openOn(network);
      expect(session.send('early', '')).toBe('down');
      await session.up();
      session.close();
      expect(session.send('late', '')).toBe('down');
      await session.closed();
      expect(session.send('later', '')).toBe('down');
      session.abort();
      expect(session.types().filter((type) => type === 'closed')).toHaveLength(1);
    });

    test('is up only when its subscriptions are granted: what is sent from then on is heard', async () => {
      const network = await make();
      const hub = openOn(network, news);
      await hub.up();
      const sender = openOn(network);
      await sender.up();
      sender.send('news/at-once', 'x');
      expect(await hub.heard('news/at-once')).toMatchObject({ text: 'x' });
    });

    test('hears messages in the order in which they were sent', async () => {
      const network = await make();
      const hub = openOn(network, news);
      const sender = openOn(network);
      await Promise.all([hub.up(), sender.up()]);
      for (let count = 0; count < 50; count += 1) {
        const rooms = (): number => sender.types().filter((type) => type === 'room').length;
        const before = rooms();
        if (sender.send(`news/${count}`, String(count)) === 'sent') continue;
        await sender.until(() => rooms() > before);
        expect(sender.send(`news/${count}`, String(count))).toBe('sent');
      }
      await hub.heard('news/49');
      expect(hub.texts()).toEqual(Array.from({ length: 50 }, (_none, count) => String(count)));
    });

    test('hears the newest retained message when it subscribes, at every connect, and none that was cleared', async () => {
      const network = await make();
      const centre = openOn(network);
      await centre.up();
      centre.send('state/kept', 'old', { retain: true });
      centre.send('state/kept', 'new', { retain: true });
      centre.send('state/gone', 'x', { retain: true });
      centre.send('state/gone', '', { retain: true });
      centre.close();
      await centre.closed();
      const { clientId } = sessionDefaults();
      for (let connect = 0; connect < 2; connect += 1) {
        const hub = openOn(network, { clientId, subscriptions: [{ topic: 'state/+', qos: 1 }] });
        expect(await hub.heard('state/kept')).toMatchObject({ text: 'new' });
        expect(hub.texts()).toEqual(['new']);
        hub.close();
        await hub.closed();
      }
    });

    test('finds what waited at the broker while its client was away, in order, and nothing of QoS 0', async () => {
      const network = await make();
      const { clientId } = sessionDefaults();
      const first = openOn(network, { clientId, ...news });
      await first.up();
      first.close();
      await first.closed();
      const sender = openOn(network);
      await sender.up();
      sender.send('news/beat', 'lost', { qos: 0 });
      for (let count = 0; count < 10; count += 1) sender.send(`news/${count}`, String(count));
      sender.close();
      await sender.closed();
      const second = openOn(network, { clientId, ...news });
      expect(await second.up()).toMatchObject({ sessionPresent: true });
      await second.heard('news/9');
      expect(second.texts()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    });

    test('has its will published when it ends without a word, and not after an orderly end', async () => {
      const network = await make();
      const will = (topic: string) => ({ topic, payload: Buffer.from('offline'), qos: 1 as const, retain: true });
      const orderly = openOn(network, { will: will('state/orderly') });
      const killed = openOn(network, { will: will('state/killed') });
      await Promise.all([orderly.up(), killed.up()]);
      orderly.send('state/orderly', 'online', { retain: true });
      orderly.close();
      await orderly.closed();
      killed.abort();
      expect(killed.events.at(-1)).toMatchObject({ type: 'closed', reason: { code: 'closed-by-hub' } });
      const witness = openOn(network, { subscriptions: [{ topic: 'state/#', qos: 1 }] });
      const told = () =>
        Object.fromEntries(
          witness.events.flatMap((event) => (event.type === 'message' ? [[event.topic, event.text]] : [])),
        );
      await witness.until(() => told()['state/killed'] === 'offline' && 'state/orderly' in told());
      expect(told()).toEqual({ 'state/orderly': 'online', 'state/killed': 'offline' });
    });

    test('ends when another client takes its name over, and that one comes up in its place', async () => {
      const network = await make();
      const { clientId } = sessionDefaults();
      const first = openOn(network, { clientId });
      await first.up();
      const second = openOn(network, { clientId });
      // A broker may end the first with its reason, or without a word.
      expect((await first.closed()).code).toMatch(/^(taken-over|closed-by-broker)$/u);
      expect(await second.up()).toMatchObject({ sessionPresent: true });
    });

    test('says full at its limit, room when there is some again, and takes messages then', async () => {
      const network = await make();
      const session = openOn(network);
      await session.up();
      let sent = 0;
      while (session.send('flood', 'x') === 'sent') sent += 1;
      expect(sent).toBeGreaterThan(0);
      expect(sent).toBeLessThanOrEqual(inFlightLimit);
      expect(session.send('flood', 'x')).toBe('full');
      // What nobody is to acknowledge takes no room of what somebody is.
      expect(session.send('heartbeat', 'x', { qos: 0 })).toBe('sent');
      await session.until(({ type }) => type === 'room');
      expect(session.send('flood', 'x')).toBe('sent');
    });

    test('refuses at once what can never fit, and lives on', async () => {
      const network = await make();
      const session = openOn(network, { subscriptions: [{ topic: 'size', qos: 1 }] });
      await session.up();
      expect(session.send('size', 'x'.repeat(maximumPacketBytes))).toBe('too-large');
      expect(session.send('size', 'x'.repeat(maximumPacketBytes - 200))).toBe('sent');
      expect(await session.heard('size')).toMatchObject({ type: 'message' });
    });

    test('ends when the broker stops; then nobody listens; restarted, it knows the session again', async () => {
      const network = await make();
      const { clientId } = sessionDefaults();
      const session = openOn(network, { clientId, ...news });
      await session.up();
      await network.stopBroker();
      expect((await session.closed()).code).toBe('closed-by-broker');
      expect((await openOn(network).closed()).code).toBe('connection-refused');
      await network.restartBroker();
      expect(await openOn(network, { clientId, ...news }).up()).toMatchObject({ sessionPresent: true });
    });
  });
}

sessionContract('the network in memory', memoryNetwork);
sessionContract('mosquitto over mqtt.js', mosquittoNetwork);
