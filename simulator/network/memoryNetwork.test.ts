import { describe, expect, test } from 'vitest';
import type { Session, SessionOptions } from '#agent/uplink/session.ts';
import { hourMs, minuteMs, secondMs } from '#protocol/core/time.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createBearer, usualDelayMs } from './bearer.ts';
import { retransmitLimitMs } from './direction.ts';
import { createMemoryBroker, fits, queuedLimit } from './memoryBroker.ts';
import { memorySessions } from './memorySession.ts';

const url = 'mqtt://broker.example';
const keepaliveS = 300;

interface Heard {
  atMs: number;
  what: string;
}

/** A hub on a link of its own and a witness with a perfect one, at one broker. */
function setUp() {
  const clock = createVirtualClock();
  const broker = createMemoryBroker({ clock });
  const bearer = createBearer({ clock, random: createSeededRandom(3) });
  const perfect = createBearer({ clock, random: createSeededRandom(4), delayMs: 1 });

  function open(clientId: string, options: Partial<SessionOptions> = {}, via = bearer) {
    const heard: Heard[] = [];
    const tell = (what: string): void => void heard.push({ atMs: clock.monotonicMs(), what });
    const ports = { clock, bearer: via, findBroker: (name: string) => (name === url ? broker : undefined) };
    const session: Session = memorySessions(ports)(
      {
        url,
        clientId,
        protocol: 5,
        keepaliveS,
        sessionExpiryS: 3_600,
        connectTimeoutMs: 20_000,
        subscriptions: [{ topic: 'news/#', qos: 1 }],
        ...options,
      },
      {
        up: () => tell('up'),
        message: (_topic, payload) => tell(Buffer.from(payload).toString()),
        refused: (topic) => tell(`refused ${topic}`),
        room: () => tell('room'),
        closed: ({ code }) => tell(code),
      },
    );
    const send = (text: string, qos: 0 | 1 = 1) => session.publish('news/x', Buffer.from(text), { qos, retain: false });
    return { ...session, send, heard, words: () => heard.map(({ what }) => what) };
  }

  const openWitness = (options: Partial<SessionOptions> = {}) => open('witness', options, perfect);
  return { clock, broker, bearer, open, openWitness };
}

const will = { topic: 'news/will', payload: Buffer.from('offline'), qos: 1 as const, retain: false };

describe('a mobile link', () => {
  test('that is down is told to the hub at once; the broker learns it from the silence, and publishes the will', () => {
    const { clock, bearer, open, openWitness } = setUp();
    const witness = openWitness();
    const hub = open('hub', { will });
    clock.advance(secondMs);
    bearer.down();
    expect(hub.words()).toEqual(['up', 'connection-lost']);
    clock.advance(1.4 * keepaliveS * secondMs);
    expect(witness.words()).toEqual(['up']);
    clock.advance(0.2 * keepaliveS * secondMs);
    expect(witness.words()).toEqual(['up', 'offline']);
  });

  test('that is down lets nobody out, and lets them out again when it is up', () => {
    const { clock, bearer, open } = setUp();
    bearer.down();
    const vain = open('hub');
    expect(vain.heard).toEqual([]);
    clock.advance(1);
    expect(vain.words()).toEqual(['unreachable']);
    bearer.up();
    const hub = open('hub');
    clock.advance(secondMs);
    expect(hub.words()).toEqual(['up']);
  });

  test('that is slow delays each packet, and takes three round trips to come up', () => {
    const { clock, bearer, open } = setUp();
    bearer.up({ delayMs: 2 * secondMs });
    const hub = open('hub');
    clock.advance(minuteMs);
    expect(hub.heard).toEqual([{ atMs: 12 * secondMs, what: 'up' }]);
  });

  test('that is narrow brings what was sent together one behind the other', () => {
    const { clock, bearer, open, openWitness } = setUp();
    const witness = openWitness();
    const hub = open('hub');
    clock.advance(secondMs);
    bearer.up({ bitsPerSecond: 2_000 });
    for (const text of ['a', 'b', 'c']) hub.send(text, 0);
    clock.advance(minuteMs);
    const [first = 0, second = 0, third = 0] = witness.heard.slice(1).map(({ atMs }) => atMs);
    expect(witness.words()).toEqual(['up', 'a', 'b', 'c']);
    expect(first - secondMs).toBeGreaterThan(usualDelayMs + 300);
    expect(third - second).toBeCloseTo(second - first);
  });

  test('that loses packets delays them, in order; none is lost while the connection lasts', () => {
    const { clock, bearer, open, openWitness } = setUp();
    const witness = openWitness();
    const hub = open('hub');
    clock.advance(secondMs);
    bearer.up({ loss: 0.3 });
    const texts = Array.from({ length: 20 }, (_none, count) => String(count));
    for (const text of texts) hub.send(text);
    clock.advance(minuteMs);
    expect(witness.words()).toEqual(['up', ...texts]);
    const atMs = witness.heard.map((heard) => heard.atMs);
    expect((atMs.at(-1) ?? 0) - secondMs).toBeGreaterThan(300);
  });

  test('that loses everything cuts the connection when TCP gives up', () => {
    const { clock, bearer, open } = setUp();
    const hub = open('hub');
    clock.advance(secondMs);
    bearer.up({ loss: 1 });
    hub.send('x');
    clock.advance(minuteMs);
    expect(hub.heard.at(-1)).toEqual({ atMs: secondMs + retransmitLimitMs, what: 'connection-lost' });
  });
});

describe('a host', () => {
  test('whose program is killed hears nothing more, and the broker publishes its will at once', () => {
    const { clock, bearer, open, openWitness } = setUp();
    const witness = openWitness();
    const hub = open('hub', { will });
    clock.advance(secondMs);
    bearer.killHost();
    clock.advance(secondMs);
    expect(hub.words()).toEqual(['up']);
    expect(witness.words()).toEqual(['up', 'offline']);
  });

  test('without power says nothing to anybody: the broker waits for the end of its keepalive', () => {
    const { clock, bearer, open, openWitness } = setUp();
    const witness = openWitness();
    open('hub', { will });
    clock.advance(secondMs);
    bearer.powerOff();
    clock.advance(minuteMs);
    expect(witness.words()).toEqual(['up']);
    clock.advance(hourMs);
    expect(witness.words()).toEqual(['up', 'offline']);
  });
});

describe('a broker in memory', () => {
  test('keeps so many messages for a client that is away, and drops and counts the next', () => {
    const { clock, broker, open, openWitness } = setUp();
    const hub = open('hub');
    clock.advance(secondMs);
    hub.close();
    const witness = openWitness({ subscriptions: [] });
    clock.advance(secondMs);
    for (let count = 0; count <= queuedLimit; count += 1) {
      while (witness.send(String(count)) === 'full') clock.advance(10);
    }
    clock.advance(secondMs);
    expect(broker.dropped()).toBe(1);
    const again = open('hub');
    clock.advance(minuteMs);
    expect(again.words().filter((word) => word !== 'up')).toHaveLength(queuedLimit);
    expect(again.words().at(-1)).toBe(String(queuedLimit - 1));
  });

  test('forgets a session when its time is over', () => {
    const { clock, open, openWitness } = setUp();
    const hub = open('hub', { sessionExpiryS: 60 });
    const witness = openWitness();
    clock.advance(secondMs);
    hub.close();
    clock.advance(61 * secondMs);
    witness.send('too late');
    const again = open('hub', { sessionExpiryS: 60 });
    clock.advance(secondMs);
    expect(again.words()).toEqual(['up']);
  });

  test('sends again what was on its way when the connection was lost', () => {
    const { clock, bearer, open, openWitness } = setUp();
    const hub = open('hub');
    const witness = openWitness();
    clock.advance(secondMs);
    witness.send('on its way');
    clock.advance(usualDelayMs / 2);
    bearer.down();
    bearer.up();
    const again = open('hub');
    clock.advance(secondMs);
    expect(hub.words()).toEqual(['up', 'connection-lost']);
    expect(again.words().toSorted()).toEqual(['on its way', 'up']);
  });

  test('is pinged by a client that has nothing to say, and takes it for alive', () => {
    const { clock, open } = setUp();
    const hub = open('hub');
    clock.advance(10 * hourMs);
    expect(hub.words()).toEqual(['up']);
  });

  test.each([
    ['news/#', 'news/a/b', true],
    ['news/#', 'news', true],
    ['+/state', 'hub/state', true],
    ['+/state', 'hub/x/state', false],
    ['news', 'news/a', false],
    ['news/+', 'news', false],
  ])('a filter %s and a topic %s: %s', (filter, topic, fitting) => {
    expect(fits(filter, topic)).toBe(fitting);
  });
});
