import type { Subscription, Will } from '#agent/uplink/session.ts';
import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';
import type { End, EndListener } from './bearer.ts';
import { type Packet, type Publish, sessionTakenOver } from './packets.ts';

/** QoS 1 messages kept for a client that is away or slow; a further one is dropped and counted, as mosquitto does. */
export const queuedLimit = 1_000;

/** QoS 1 messages that a client may have on its way to it without its PUBACK. */
const sendWindow = 64;

/** QoS 1 messages that a client may send ahead of their PUBACKs, as mosquitto has it when nobody says otherwise. */
const receiveMaximum = 20;

/** A client that says nothing for so many keepalive intervals is gone (MQTT 5, 3.1.2.10). */
const keepaliveFactor = 1.5;

/** A broker in memory: sessions that outlive connections, retained messages, wills. Everybody may do everything. */
export interface MemoryBroker {
  /** A connection arrives; none is taken while the broker is stopped. */
  accept(end: End<Packet>): EndListener<Packet> | undefined;
  isRunning(): boolean;
  /** Ends as a service is ended: wills are published; sessions and retained messages are kept. */
  stop(): void;
  start(): void;
  /** Messages dropped because too many waited already. */
  dropped(): number;
}

/** What the broker keeps of a client. */
interface Session {
  clientId: string;
  subscriptions: Map<string, Subscription>;
  waiting: Publish[];
  underWay: Publish[];
  nextId: number;
  expiryS: number;
  connection: Connection | undefined;
  cancelExpiry: Cancel;
}

interface Connection {
  end: End<Packet>;
  session: Session | undefined;
  will: Will | undefined;
  silenceLimitMs: number;
  lastHeardMs: number;
  cancelSilence: Cancel;
  over: boolean;
}

/** Starts it. Everybody may publish and subscribe to everything. */
export function createMemoryBroker({ clock }: { clock: Clock }): MemoryBroker {
  const sessions = new Map<string, Session>();
  const retained = new Map<string, Publish>();
  const connections = new Set<Connection>();
  let running = true;
  let dropped = 0;

  function received(connection: Connection, packet: Packet): void {
    const { end, session } = connection;
    connection.lastHeardMs = clock.monotonicMs();
    if (packet.type === 'connect') {
      connect(connection, packet);
    } else if (session === undefined) {
      // MQTT 5, 4.13: the first packet is a CONNECT, or the connection ends.
      leave(connection);
      end.close();
    } else if (packet.type === 'subscribe') {
      subscribe(session, packet.subscriptions);
    } else if (packet.type === 'publish') {
      if (packet.qos === 1) end.send({ type: 'puback', id: packet.id });
      publish(packet);
    } else if (packet.type === 'puback') {
      session.underWay = session.underWay.filter(({ id }) => id !== packet.id);
      pump(session);
    } else if (packet.type === 'pingreq') {
      end.send({ type: 'pingresp' });
    } else if (packet.type === 'disconnect') {
      connection.will = undefined;
      leave(connection);
      end.close();
    }
  }

  function connect(connection: Connection, packet: Extract<Packet, { type: 'connect' }>): void {
    const { clientId, keepaliveS, sessionExpiryS, will } = packet;
    const known = sessions.get(clientId);
    if (known?.connection !== undefined) takeOver(known.connection);
    const session = known ?? newSession(clientId);
    sessions.set(clientId, session);
    session.cancelExpiry();
    session.expiryS = sessionExpiryS;
    session.connection = connection;
    connection.session = session;
    connection.will = will;
    connection.silenceLimitMs = keepaliveS * keepaliveFactor * secondMs;
    watchSilence(connection);
    connection.end.send({ type: 'connack', sessionPresent: known !== undefined, receiveMaximum });
    pump(session);
  }

  function takeOver(older: Connection): void {
    older.end.send({ type: 'disconnect', reason: sessionTakenOver });
    leave(older);
    older.end.close();
  }

  function newSession(clientId: string): Session {
    return {
      clientId,
      subscriptions: new Map(),
      waiting: [],
      underWay: [],
      nextId: 1,
      expiryS: 0,
      connection: undefined,
      cancelExpiry: () => {},
    };
  }

  function watchSilence(connection: Connection): void {
    const dueMs = connection.lastHeardMs + connection.silenceLimitMs;
    if (clock.monotonicMs() >= dueMs) {
      leave(connection);
      connection.end.close();
    } else {
      connection.cancelSilence = clock.at(dueMs, () => watchSilence(connection));
    }
  }

  /** The connection is over; the session stays as long as it was to. What had no PUBACK waits again, first. */
  function leave(connection: Connection): void {
    if (connection.over) return;
    connection.over = true;
    connection.cancelSilence();
    connections.delete(connection);
    const { session, will } = connection;
    if (session?.connection === connection) {
      session.connection = undefined;
      session.waiting = [...session.underWay, ...session.waiting];
      session.underWay = [];
      session.cancelExpiry = clock.at(clock.monotonicMs() + session.expiryS * secondMs, () =>
        sessions.delete(session.clientId),
      );
    }
    if (will !== undefined) publish({ type: 'publish', id: 0, ...will });
  }

  function subscribe(session: Session, subscriptions: readonly Subscription[]): void {
    for (const subscription of subscriptions) session.subscriptions.set(subscription.topic, subscription);
    session.connection?.end.send({ type: 'suback' });
    for (const message of retained.values()) {
      const qos = grantedQos(subscriptions, message.topic);
      if (qos !== undefined) hand(session, { ...message, qos: qos === 1 ? message.qos : 0 });
    }
  }

  function publish(message: Publish): void {
    if (message.retain) {
      if (message.payload.length === 0) retained.delete(message.topic);
      else retained.set(message.topic, message);
    }
    for (const session of sessions.values()) {
      const qos = grantedQos(session.subscriptions.values(), message.topic);
      if (qos !== undefined) hand(session, { ...message, qos: qos === 1 ? message.qos : 0, retain: false });
    }
  }

  function hand(session: Session, message: Publish): void {
    if (message.qos === 0) {
      session.connection?.end.send({ ...message, id: 0 });
    } else if (session.waiting.length + session.underWay.length >= queuedLimit) {
      dropped += 1;
    } else {
      session.waiting.push(message);
      pump(session);
    }
  }

  function pump(session: Session): void {
    const { connection } = session;
    if (connection === undefined) return;
    while (session.underWay.length < sendWindow) {
      const message = session.waiting.shift();
      if (message === undefined) return;
      const numbered = { ...message, id: session.nextId };
      session.nextId += 1;
      session.underWay.push(numbered);
      connection.end.send(numbered);
    }
  }

  return {
    accept(end) {
      if (!running) return undefined;
      const connection: Connection = {
        end,
        session: undefined,
        will: undefined,
        silenceLimitMs: 0,
        lastHeardMs: clock.monotonicMs(),
        cancelSilence: () => {},
        over: false,
      };
      connections.add(connection);
      return {
        received(packet) {
          if (!connection.over) received(connection, packet);
        },
        closed: () => leave(connection),
      };
    },
    isRunning: () => running,
    stop() {
      running = false;
      for (const connection of connections) {
        connection.end.close();
        leave(connection);
      }
    },
    start() {
      running = true;
    },
    dropped: () => dropped,
  };
}

function grantedQos(subscriptions: Iterable<Subscription>, topic: string): 0 | 1 | undefined {
  let granted: 0 | 1 | undefined;
  for (const { topic: filter, qos } of subscriptions) {
    if (granted !== 1 && fits(filter, topic)) granted = qos;
  }
  return granted;
}

/** Whether a topic filter with `+` and `#` takes a topic (MQTT 5, 4.7). */
export function fits(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  if (!filter.includes('#') && !filter.includes('+')) return false;
  const levels = topic.split('/');
  const wanted = filter.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}
