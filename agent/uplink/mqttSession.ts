import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { MqttClient, type IClientOptions, type IConnackPacket, type Packet } from 'mqtt';
import { secondMs, type Cancel, type Clock } from '#protocol/core/time.ts';
import { disarm, problemOf } from './brokerPackets.ts';
import { openSocket, type BrokerSocket } from './brokerSocket.ts';
import { reasonOfClose, reasonOfDisconnect, reasonOfError, reasonOfRefusal, type Progress } from './closeReason.ts';
import type {
  CloseReason,
  OpenSession,
  PublishOptions,
  PublishOutcome,
  Session,
  SessionListener,
  SessionOptions,
} from './session.ts';

/** QoS 1 publishes that may wait for their PUBACK. A broker may ask for fewer (Receive Maximum). */
export const inFlightLimit = 128;
/** QoS 1 publishes that the broker may have on their way to us. */
const receiveMaximum = 64;
/** The largest packet that we take. MQTT 5 tells the broker; the count of bytes below holds any broker to it. */
export const maximumPacketBytes = 256 * 1024;
/** Bytes that may wait in the socket for a slow link before `publish` answers `full`. */
const sendBufferLimitBytes = 256 * 1024;
/** What may be read from the socket ahead of the packet in work. */
const readAheadBytes = 256 * 1024;
/** How long an orderly end may take before it becomes a disorderly one. */
const closeTimeoutMs = 2 * secondMs;
/** Fixed header, lengths and properties of a PUBLISH take no more than this besides its topic and payload. */
const publishOverheadBytes = 16;

type Phase = 'connecting' | 'subscribing' | 'up' | 'closing' | 'closed';

interface State {
  readonly clock: Clock;
  readonly options: SessionOptions;
  readonly listener: SessionListener;
  readonly socket: Socket;
  readonly isOpen: () => boolean;
  readonly client: MqttClient;
  phase: Phase;
  cancelDeadline: Cancel;
  sessionPresent: boolean;
  inFlight: number;
  inFlightMax: number;
  brokerPacketBytes: number;
  /** Whether `publish` answered `full` since `room` was said. */
  wasFull: boolean;
  unparsedBytes: number;
  lastSentMs: number;
}

/** Sessions over mqtt.js: it packs and unpacks, acknowledges and pings. It neither reconnects nor queues. */
export function mqttSessions({ clock }: { clock: Clock }): OpenSession {
  return (options, listener) => {
    assert(options.keepaliveS >= 1 && options.keepaliveS <= 65_535, `keepaliveS ${options.keepaliveS}: 1 to 65535`);
    const broker = openSocket(options, { clockTrusted: clock.wallTrusted() });
    return broker.ok
      ? startSession(clock, broker.value, options, listener)
      : stillborn(clock, broker.problem, listener);
  };
}

/** A session that cannot even try. It says so as any other does: later, and once. */
function stillborn(clock: Clock, reason: CloseReason, listener: SessionListener): Session {
  const cancel = clock.at(clock.monotonicMs(), () => end(reason));
  let ended = false;
  function end(reason: CloseReason): void {
    if (!ended) {
      ended = true;
      cancel();
      listener.closed(reason);
    }
  }
  const give = (): void => end(closedByHub);
  return { publish: () => 'down', close: give, abort: give };
}

const closedByHub: CloseReason = { code: 'closed-by-hub', message: 'the hub ended the session' };

function startSession(clock: Clock, broker: BrokerSocket, options: SessionOptions, listener: SessionListener): Session {
  const { socket, isOpen } = broker;
  const client = new MqttClient(() => socket, clientOptions(options));
  const state: State = {
    clock,
    options,
    listener,
    socket,
    isOpen,
    client,
    phase: 'connecting',
    cancelDeadline: () => {},
    sessionPresent: false,
    inFlight: 0,
    inFlightMax: inFlightLimit,
    brokerPacketBytes: maximumPacketBytes,
    wasFull: false,
    unparsedBytes: 0,
    lastSentMs: clock.monotonicMs(),
  };
  state.cancelDeadline = clock.at(clock.monotonicMs() + options.connectTimeoutMs, () =>
    finish(state, {
      code: 'timeout',
      message: `not up within ${options.connectTimeoutMs} ms: no end of ${progress(state)}`,
    }),
  );
  listenToSocket(state);
  listenToClient(state);
  return {
    publish: (topic, payload, publishOptions) => publish(state, topic, payload, publishOptions),
    close: () => close(state),
    abort: () => finish(state, closedByHub),
  };
}

function clientOptions(options: SessionOptions): IClientOptions {
  const { clientId, protocol, keepaliveS, will } = options;
  return {
    clientId,
    protocolId: 'MQTT',
    protocolVersion: protocol,
    keepalive: keepaliveS,
    // The session has its own deadline, from the first packet to the last SUBACK; the library's must not come first.
    connectTimeout: options.connectTimeoutMs + closeTimeoutMs,
    clean: false,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    timerVariant: 'native',
    ...(protocol === 5
      ? {
          properties: {
            sessionExpiryInterval: options.sessionExpiryS,
            receiveMaximum,
            maximumPacketSize: maximumPacketBytes,
          },
        }
      : {}),
    ...(will === undefined ? {} : { will: { ...will, payload: asBuffer(will.payload) } }),
  };
}

function listenToSocket(state: State): void {
  const { socket, client } = state;
  socket.on('error', (error) => fail(state, error));
  socket.on('drain', () => tellRoom(state));
  socket.on('data', (chunk: Uint8Array) => {
    // The library writes a PUBACK for each message. It works a read off tick by tick, and then come the microtasks: the
    // answers to one read go out as one.
    socket.cork();
    queueMicrotask(() => socket.uncork());
    state.unparsedBytes += chunk.length;
    if (state.unparsedBytes > maximumPacketBytes + readAheadBytes) {
      finish(state, { code: 'protocol-error', message: `a packet of more than ${maximumPacketBytes} bytes` });
    }
  });
  client.on('close', () => finish(state, state.phase === 'closing' ? closedByHub : reasonOfClose(progress(state))));
}

function listenToClient(state: State): void {
  const { client, clock } = state;
  client.on('packetsend', () => {
    state.lastSentMs = clock.monotonicMs();
  });
  client.on('packetreceive', (packet) => receive(state, packet));
  client.on('message', (topic, payload) => {
    if (state.phase === 'connecting') {
      finish(state, { code: 'protocol-error', message: 'the broker sent a message before its CONNACK' });
    } else if (state.phase !== 'closed') {
      state.listener.message(topic, payload);
    }
  });
  client.on('connect', () => subscribe(state));
  client.on('error', (error) => fail(state, error));
}

/** The library goes on after a malformed packet; we do not. It passes on most troubles of the socket, but not all. */
function fail(state: State, error: Error): void {
  if ('code' in error && typeof error.code === 'string') {
    finish(state, reasonOfError(error, progress(state)));
  } else {
    const code = error.message === 'Keepalive timeout' ? 'keepalive-timeout' : 'protocol-error';
    finish(state, { code, message: error.message });
  }
}

/**
 * Sees every packet before the library does. CONNACK and SUBACK are judged here because the library tells of them later,
 * after messages that came behind them.
 */
function receive(state: State, packet: Packet): void {
  state.unparsedBytes = 0;
  const problem = problemOf(packet);
  if (problem !== undefined) finish(state, { code: 'protocol-error', message: problem });
  if (state.phase === 'closed') {
    disarm(packet);
    return;
  }
  postponePing(state);
  switch (packet.cmd) {
    case 'connack':
      receiveConnack(state, packet);
      break;
    case 'suback':
      receiveSuback(state, packet);
      break;
    case 'disconnect':
      finish(state, reasonOfDisconnect(packet.reasonCode ?? 0));
      break;
    default:
  }
}

function receiveConnack(state: State, packet: IConnackPacket): void {
  // A broker that does not know MQTT 5 answers in the older form, where the code has another name.
  const code = packet.reasonCode ?? packet.returnCode ?? 0;
  if (code !== 0) {
    finish(state, reasonOfRefusal(code));
  } else if (state.phase === 'connecting') {
    state.phase = 'subscribing';
    state.sessionPresent = packet.sessionPresent;
    state.inFlightMax = Math.min(inFlightLimit, packet.properties?.receiveMaximum ?? inFlightLimit);
    state.brokerPacketBytes = Math.min(maximumPacketBytes, packet.properties?.maximumPacketSize ?? maximumPacketBytes);
  }
}

function subscribe(state: State): void {
  const { subscriptions } = state.options;
  if (state.phase !== 'subscribing') {
    return;
  }
  if (subscriptions.length === 0) {
    comeUp(state);
    return;
  }
  // The library's callback is a promise's and comes too late; receiveSuback judges the packet itself.
  state.client.subscribe(Object.fromEntries(subscriptions.map(({ topic, qos }) => [topic, { qos }])), () => {});
}

function receiveSuback(state: State, packet: Extract<Packet, { cmd: 'suback' }>): void {
  const { subscriptions } = state.options;
  if (state.phase !== 'subscribing') {
    return;
  }
  const refused = subscriptions.filter(({ qos }, index) => packet.granted[index] !== qos);
  if (refused.length > 0 || packet.granted.length !== subscriptions.length) {
    const topics = refused.map(({ topic }) => topic).join(', ');
    finish(state, {
      code: 'subscription-refused',
      message: `the broker does not grant ${topics === '' ? 'what was asked' : topics}`,
    });
    return;
  }
  comeUp(state);
}

function comeUp(state: State): void {
  state.phase = 'up';
  state.cancelDeadline();
  state.listener.up({ sessionPresent: state.sessionPresent });
}

/**
 * The library pings by the clock even where heartbeats and their answers (QoS 0) show the link alive (B4.5). An answer
 * close behind a packet of ours proves both directions; close, because the broker counts from our last packet.
 */
function postponePing(state: State): void {
  const sinceSentMs = state.clock.monotonicMs() - state.lastSentMs;
  if (state.phase === 'up' && sinceSentMs * 4 <= state.options.keepaliveS * secondMs) {
    state.client.reschedulePing();
  }
}

function publish(state: State, topic: string, payload: Uint8Array, { qos, retain }: PublishOptions): PublishOutcome {
  if (state.phase !== 'up') {
    return 'down';
  }
  // A character of UTF-16 is three bytes of UTF-8 at most.
  if (payload.length + topic.length * 3 + publishOverheadBytes > state.brokerPacketBytes) {
    return 'too-large';
  }
  if (isFull(state, qos)) {
    state.wasFull = true;
    return 'full';
  }
  if (qos === 0) {
    state.client.publish(topic, asBuffer(payload), { qos, retain });
    return 'sent';
  }
  state.inFlight += 1;
  state.client.publish(topic, asBuffer(payload), { qos, retain }, (error) => {
    state.inFlight -= 1;
    if (state.phase !== 'up') {
      return;
    }
    if (error) {
      state.listener.refused(topic, error.message);
    }
    tellRoom(state);
  });
  return 'sent';
}

/**
 * Only what the broker is to acknowledge counts against how much of that may be in flight (MQTT 5, 4.9): a heartbeat goes
 * out while a hundred reports wait for their turn.
 */
function isFull(state: State, qos: PublishOptions['qos'] = 1): boolean {
  const isWindowFull = qos > 0 && state.inFlight >= state.inFlightMax;
  return isWindowFull || state.socket.writableLength > sendBufferLimitBytes;
}

function tellRoom(state: State): void {
  if (state.wasFull && state.phase === 'up' && !isFull(state)) {
    state.wasFull = false;
    state.listener.room();
  }
}

function close(state: State): void {
  if (state.phase === 'closing' || state.phase === 'closed') {
    return;
  }
  if (state.phase === 'connecting') {
    finish(state, closedByHub);
    return;
  }
  const { client, clock } = state;
  state.phase = 'closing';
  state.cancelDeadline();
  state.cancelDeadline = clock.at(clock.monotonicMs() + closeTimeoutMs, () => finish(state, closedByHub));
  // The library would wait for every PUBACK before it says DISCONNECT; the journal knows what was not acknowledged.
  for (const messageId of Object.keys(client.outgoing)) {
    client.removeOutgoingMessage(Number(messageId));
  }
  client.end();
}

function finish(state: State, reason: CloseReason): void {
  if (state.phase === 'closed') {
    return;
  }
  state.phase = 'closed';
  state.cancelDeadline();
  state.socket.destroy();
  state.listener.closed(reason);
}

function progress({ phase, socket, isOpen }: State): Progress {
  if (phase !== 'connecting') {
    return phase === 'subscribing' ? 'subscribing' : 'session';
  }
  if (socket.connecting) {
    return 'connecting';
  }
  return isOpen() ? 'MQTT handshake' : 'TLS handshake';
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
