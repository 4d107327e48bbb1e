import { Socket } from 'node:net';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { type Cancel, type Clock, type Random, secondMs } from '#protocol/core/time.ts';
import type { Delivery } from '#protocol/mqtt/topics.ts';

/** How long a connection may take from the first packet to the last good SUBACK. */
const connectDeadlineMs = 15 * secondMs;

/** Reconnects wait a random part of base × 2^n, at most the cap. */
const reconnectBaseMs = secondMs;
const reconnectCapMs = 30 * secondMs;

/** The broker keeps the session for so long: reports wait there while the centre is away. */
const sessionExpiryS = 72 * 3_600;

const keepaliveS = 60;

/** How long an orderly end may take before the socket is closed under it. */
const endDeadlineMs = 2 * secondMs;

/** CONNACK's refusal of the protocol's version: 3.1.1 says 1, 5 says 0x84. */
const protocolRefusals: readonly unknown[] = [1, 0x84];

/** PEM texts. */
export interface Tls {
  ca?: string;
  certificate?: string;
  key?: string;
}

export interface ConnectionOptions {
  url: string;
  tls?: Tls;
  clientId: string;
  /** Subscribed with QoS 1 at every connect; the connection counts as up when all are granted. */
  subscriptions: readonly string[];
  /** Published while the connection is up, as an orderly end begins, and by the broker when it breaks. */
  state: { topic: string; online: string; offline: string; delivery: Delivery };
  clock: Clock;
  random: Random;
  listener: ConnectionListener;
}

interface ConnectionListener {
  /** `receiveMaximum`: QoS 1 messages that the broker lets us have in flight. */
  up(protocol: Protocol, receiveMaximum: number): void;
  message(topic: string, payload: Uint8Array): void;
  /** Was up or was to come up; is tried again in so many milliseconds. */
  down(reason: string, retryMs: number): void;
}

type Protocol = 'MQTT 5' | 'MQTT 3.1.1';

/** A connection that is brought up again for as long as it is not stopped. */
export interface Connection {
  /** Publishes; not up: says so by `false` and drops it. `done` tells of the PUBACK, never after a break. */
  publish(topic: string, payload: string, delivery: Delivery, done?: (taken: boolean) => void): boolean;
  /** Bytes that wait in this process because the broker does not read. */
  backlogBytes(): number;
  /** Breaks the connection and begins anew. */
  restart(reason: string): void;
  /** Ends in order: the offline state first, then DISCONNECT. */
  stop(stopped: () => void): void;
}

/** Starts a connection. Its listener hears nothing before it returns. */
export type StartConnection = (options: ConnectionOptions) => Connection;

/** Over mqtt.js, to a real broker. */
export const startConnection: StartConnection = (options) => {
  const { clock, random, listener } = options;
  let attempt: Attempt | undefined;
  let failures = 0;
  let protocol: Protocol = 'MQTT 5';
  let cancelRetry: Cancel = () => {};

  function begin(): void {
    const triedProtocol = protocol;
    const mine = openAttempt(options, triedProtocol, {
      up(receiveMaximum) {
        failures = 0;
        listener.up(triedProtocol, receiveMaximum);
      },
      message: (topic, payload) => listener.message(topic, payload),
      down(end) {
        attempt = undefined;
        // A broker may have been exchanged meanwhile, so each connection begins with MQTT 5 again.
        protocol = triedProtocol === 'MQTT 5' && end.protocolDoubtful ? 'MQTT 3.1.1' : 'MQTT 5';
        if (end.protocolRefused && triedProtocol === 'MQTT 5') {
          begin();
          return;
        }
        const retryMs = backoffMs();
        listener.down(end.reason, retryMs);
        cancelRetry = clock.at(clock.monotonicMs() + retryMs, begin);
      },
    });
    attempt = mine;
  }

  function backoffMs(): number {
    const mostMs = Math.min(reconnectCapMs, reconnectBaseMs * 2 ** Math.min(failures, 16));
    failures += 1;
    return random() * mostMs;
  }

  begin();

  return {
    publish(topic, payload, delivery, done) {
      if (attempt === undefined || !attempt.isUp()) {
        return false;
      }
      const used = attempt;
      used.client.publish(topic, payload, delivery, (error) => {
        if (attempt === used) {
          done?.(error === undefined || error === null);
        }
      });
      return true;
    },
    backlogBytes: () => attempt?.client.stream.writableLength ?? 0,
    restart: (reason) => attempt?.fail(reason),
    stop(stopped) {
      cancelRetry();
      const last = attempt;
      attempt = undefined;
      if (last === undefined || !last.isUp()) {
        last?.abandon();
        stopped();
        return;
      }
      last.end(stopped);
    },
  };
};

/** How an attempt ended. */
interface End {
  reason: string;
  protocolRefused: boolean;
  /** Refused, or hung up on before any answer: the way of brokers that know 3.1.1 only. */
  protocolDoubtful: boolean;
}

interface Attempt {
  client: MqttClient;
  isUp(): boolean;
  fail(reason: string): void;
  /** Closes without a word; no callback comes after it. */
  abandon(): void;
  /** Ends in order; no callback but `ended` comes after it. */
  end(ended: () => void): void;
}

interface AttemptListener {
  up(receiveMaximum: number): void;
  message(topic: string, payload: Uint8Array): void;
  down(end: End): void;
}

/** One connect, one client: nothing is queued, resubscribed or repeated by the library. */
function openAttempt(options: ConnectionOptions, protocol: Protocol, listener: AttemptListener): Attempt {
  const { clock, state } = options;
  const client = connect(options.url, clientOptions(options, protocol));
  let over = false;
  let up = false;
  let answered = false;
  const cancelDeadline = clock.at(clock.monotonicMs() + connectDeadlineMs, () =>
    fail(`no connection within ${connectDeadlineMs / secondMs} s`),
  );

  function abandon(): void {
    over = true;
    up = false;
    cancelDeadline();
    client.end(true);
  }

  function fail(reason: string, code?: unknown): void {
    if (over) {
      return;
    }
    const hungUp = !answered && code === 'closed';
    const protocolRefused = protocolRefusals.includes(code);
    abandon();
    listener.down({ reason, protocolRefused, protocolDoubtful: protocolRefused || hungUp });
  }

  // Without it every answer waits for Nagle and the delayed acknowledgement, 40 ms.
  if (client.stream instanceof Socket) {
    client.stream.setNoDelay(true);
  }
  client.on('error', (error) => fail(error.message || String(codeOf(error)), codeOf(error)));
  client.on('close', () => fail('closed by the broker', 'closed'));
  client.on('message', (topic, payload) => {
    if (!over) {
      listener.message(topic, payload);
    }
  });
  client.on('connect', (connack) => {
    answered = true;
    subscribe(client, options.subscriptions, fail, () => announce(connack.properties?.receiveMaximum ?? 65_535));
  });

  /** A PUBACK for the state tells that the broker grants the right to write it, and leaves the window empty. */
  function announce(receiveMaximum: number): void {
    client.publish(state.topic, state.online, state.delivery, (error) => {
      if (error !== undefined && error !== null) {
        fail(`state refused: ${error.message}`);
      } else if (!over) {
        up = true;
        cancelDeadline();
        listener.up(receiveMaximum);
      }
    });
  }

  return {
    client,
    isUp: () => up,
    fail: (reason) => fail(reason),
    abandon,
    end(ended) {
      over = true;
      up = false;
      endInOrder(client, state, clock, ended);
    },
  };
}

/** A number from CONNACK, or the name of a system error; some of these have no other words. */
function codeOf(error: Error): unknown {
  return 'code' in error ? error.code : undefined;
}

function clientOptions(options: ConnectionOptions, protocol: Protocol): IClientOptions {
  const { tls = {}, clientId, state } = options;
  return {
    clientId,
    protocolVersion: protocol === 'MQTT 5' ? 5 : 4,
    ...(protocol === 'MQTT 5' ? { properties: { sessionExpiryInterval: sessionExpiryS } } : {}),
    clean: false,
    keepalive: keepaliveS,
    connectTimeout: connectDeadlineMs,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    will: { topic: state.topic, payload: Buffer.from(state.offline), ...state.delivery },
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.certificate === undefined ? {} : { cert: tls.certificate }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
  };
}

/** A SUBACK can refuse, or grant less than was asked for, while the library reports success. */
function subscribe(
  client: MqttClient,
  topics: readonly string[],
  fail: (reason: string) => void,
  granted: () => void,
): void {
  client.subscribe([...topics], { qos: 1 }, (error, grants = []) => {
    const refused = topics.filter((topic) => !grants.some((grant) => grant.topic === topic && grant.qos === 1));
    if (error !== null && error !== undefined) {
      fail(`subscription refused: ${error.message}`);
    } else if (refused.length > 0) {
      fail(`subscription refused: ${refused.join(', ')}`);
    } else {
      granted();
    }
  });
}

function endInOrder(client: MqttClient, state: ConnectionOptions['state'], clock: Clock, ended: () => void): void {
  let over = false;
  function finish(): void {
    if (!over) {
      over = true;
      cancel();
      client.end(true);
      ended();
    }
  }
  const cancel = clock.at(clock.monotonicMs() + endDeadlineMs, finish);
  // DISCONNECT takes the last will away, so the offline state is published by hand before it.
  client.publish(state.topic, state.offline, state.delivery, () => client.end(false, finish));
}
