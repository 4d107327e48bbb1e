import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { onTestFinished } from 'vitest';
import { mqttSessions } from '#agent/uplink/mqttSession.ts';
import type {
  CloseReason,
  PublishOptions,
  PublishOutcome,
  Session,
  SessionListener,
  SessionOptions,
} from '#agent/uplink/session.ts';
import type { Clock } from '#protocol/core/time.ts';
import type { Log } from '#protocol/core/log.ts';

/** Real time, for tests of real sockets. */
export const realClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  wallTrusted: () => true,
  at(monotonicMs, action) {
    const timer = setTimeout(action, Math.max(0, monotonicMs - performance.now()));
    return () => clearTimeout(timer);
  },
};

/** The same, on a hub that was just switched on and has not heard the time yet. */
export const unsetClock: Clock = { ...realClock, wallTrusted: () => false };

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Something that happens step by step, and a way to await a step instead of sleeping. */
export interface Story<Event> {
  readonly events: readonly Event[];
  tell(event: Event): void;
  /** The first event that fits, whether it has happened or not. The test's own time limit ends a vain wait. */
  until<Wanted extends Event>(fits: (event: Event) => event is Wanted): Promise<Wanted>;
  until(fits: (event: Event) => boolean): Promise<Event>;
}

export function createStory<Event>(): Story<Event> {
  const events: Event[] = [];
  const waiters = new Set<(event: Event) => void>();
  return {
    events,
    tell(event) {
      events.push(event);
      for (const waiter of waiters) waiter(event);
    },
    until(fits: (event: Event) => boolean): Promise<never> {
      return new Promise((resolve) => {
        const waiter = (event: Event): void => {
          if (fits(event)) {
            waiters.delete(waiter);
            resolve(event as never);
          }
        };
        waiters.add(waiter);
        events.forEach(waiter);
      });
    },
  };
}

export type SessionEvent =
  | { type: 'up'; sessionPresent: boolean }
  | { type: 'message'; topic: string; text: string }
  | { type: 'refused'; topic: string }
  | { type: 'room' }
  | { type: 'closed'; reason: CloseReason };

export interface TestSession extends Session, Story<SessionEvent> {
  send(topic: string, text: string, options?: Partial<PublishOptions>): PublishOutcome;
  up(): Promise<SessionEvent & { type: 'up' }>;
  closed(): Promise<CloseReason>;
  /** The first message on a topic. */
  heard(topic: string): Promise<string>;
}

/** A session over the real library that writes down what it is told. */
export function openTestSession(
  options: Partial<SessionOptions> & Pick<SessionOptions, 'url'>,
  clock: Clock = realClock,
): TestSession {
  const story = createStory<SessionEvent>();
  const listener: SessionListener = {
    up: ({ sessionPresent }) => story.tell({ type: 'up', sessionPresent }),
    message: (topic, payload) => story.tell({ type: 'message', topic, text: Buffer.from(payload).toString() }),
    refused: (topic) => story.tell({ type: 'refused', topic }),
    room: () => story.tell({ type: 'room' }),
    closed: (reason) => story.tell({ type: 'closed', reason }),
  };
  const session = mqttSessions({ clock })({ ...sessionDefaults(), ...options }, listener);
  return {
    ...session,
    ...story,
    send: (topic, text, { qos = 1, retain = false } = {}) => session.publish(topic, Buffer.from(text), { qos, retain }),
    up: () => story.until((event) => event.type === 'up'),
    closed: async () => (await story.until((event) => event.type === 'closed')).reason,
    heard: async (topic) =>
      ((await story.until((event) => event.type === 'message' && event.topic === topic)) as { text: string }).text,
  };
}

let clients = 0;

export function sessionDefaults(): Omit<SessionOptions, 'url'> {
  clients += 1;
  return {
    clientId: `client-${process.pid}-${clients}`,
    protocol: 5,
    keepaliveS: 180,
    sessionExpiryS: 60,
    connectTimeoutMs: 10_000,
    subscriptions: [],
  };
}

/** A broker in name only: it answers the first bytes of each client as the test tells it to, until the test is over. */
export async function startRawBroker(answer: (client: Socket) => void): Promise<{ url: string }> {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => client.destroy());
    client.once('data', () => answer(client));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const client of clients) client.destroy();
    server.close();
    await once(server, 'close');
  });
  return { url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
