import { reasonOfClose, reasonOfDisconnect } from '#agent/uplink/closeReason.ts';
import { inFlightLimit, maximumPacketBytes } from '#agent/uplink/mqttSession.ts';
import type {
  CloseReason,
  PublishOptions,
  PublishOutcome,
  Session,
  SessionListener,
  SessionOptions,
} from '#agent/uplink/session.ts';
import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';
import { type Bearer, type End, underWayLimitBytes } from './bearer.ts';
import type { MemoryBroker } from './memoryBroker.ts';
import { bytesOf, type Packet, type Publish } from './packets.ts';

export interface MemorySessionPorts {
  /** The host's own: when the host dies, its timers die with it. */
  clock: Clock;
  bearer: Bearer;
  /** Who is there behind a URL. */
  findBroker(url: string): MemoryBroker | undefined;
}

/** A session that also tells of each PUBACK, which a centre needs to know. */
export interface MemorySession extends Session {
  publish(topic: string, payload: Uint8Array, options: PublishOptions, taken?: () => void): PublishOutcome;
}

type Phase = 'connecting' | 'handshake' | 'subscribing' | 'up' | 'closing' | 'closed';

interface State extends MemorySessionPorts {
  options: SessionOptions;
  listener: SessionListener;
  end: End<Packet> | undefined;
  phase: Phase;
  sessionPresent: boolean;
  /** What to call when the PUBACK comes, by packet id. */
  inFlight: Map<number, (() => void) | undefined>;
  nextId: number;
  inFlightMax: number;
  wasFull: boolean;
  lastSentMs: number;
  lastHeardMs: number;
  cancelDeadline: Cancel;
  cancelPing: Cancel;
}

/**
 * Sessions over a network in memory, in place of those over mqtt.js: what a hub may rely on is the same for both
 * (test/contract/session.test.ts).
 */
export function memorySessions(
  ports: MemorySessionPorts,
): (options: SessionOptions, listener: SessionListener) => MemorySession {
  return (options, listener) => {
    const nowMs = ports.clock.monotonicMs();
    const state: State = {
      ...ports,
      options,
      listener,
      end: undefined,
      phase: 'connecting',
      sessionPresent: false,
      inFlight: new Map(),
      nextId: 1,
      inFlightMax: inFlightLimit,
      wasFull: false,
      lastSentMs: nowMs,
      lastHeardMs: nowMs,
      cancelDeadline: () => {},
      cancelPing: () => {},
    };
    dial(state);
    return {
      publish: (topic, payload, publishOptions, taken) => publish(state, topic, payload, publishOptions, taken),
      close: () => close(state),
      abort: () => finish(state, closedByHub),
    };
  };
}

const closedByHub: CloseReason = { code: 'closed-by-hub', message: 'the hub ended the session' };

function dial(state: State): void {
  const { clock, bearer, options } = state;
  const broker = state.findBroker(options.url);
  if (broker === undefined) {
    const reason: CloseReason = { code: 'dns', message: `${options.url}: nobody has this name` };
    clock.at(clock.monotonicMs(), () => finish(state, reason));
    return;
  }
  state.cancelDeadline = clock.at(clock.monotonicMs() + options.connectTimeoutMs, () =>
    finish(state, { code: 'timeout', message: `not up within ${options.connectTimeoutMs} ms` }),
  );
  state.end = bearer.dial<Packet>(broker.accept, bytesOf, {
    opened: () => connect(state),
    refused: (why) =>
      finish(
        state,
        why === 'no-way'
          ? { code: 'unreachable', message: 'there is no link to the outside' }
          : { code: 'connection-refused', message: 'nobody listens there' },
      ),
    listener: {
      received: (packet) => received(state, packet),
      closed: (ending) => closedByOther(state, ending),
    },
  });
}

function connect(state: State): void {
  if (state.phase !== 'connecting') return;
  const { clientId, protocol, keepaliveS, sessionExpiryS, will } = state.options;
  state.phase = 'handshake';
  send(state, { type: 'connect', clientId, protocol, keepaliveS, sessionExpiryS, will });
}

function send(state: State, packet: Packet): void {
  state.lastSentMs = state.clock.monotonicMs();
  state.end?.send(packet);
}

function received(state: State, packet: Packet): void {
  if (state.phase === 'closed') return;
  state.lastHeardMs = state.clock.monotonicMs();
  switch (packet.type) {
    case 'connack':
      state.inFlightMax = Math.min(inFlightLimit, packet.receiveMaximum);
      subscribe(state, packet.sessionPresent);
      break;
    case 'suback':
      comeUp(state);
      break;
    case 'publish':
      take(state, packet);
      break;
    case 'puback':
      acknowledged(state, packet.id);
      break;
    case 'disconnect':
      finish(state, reasonOfDisconnect(packet.reason));
      break;
    default:
  }
}

function subscribe(state: State, sessionPresent: boolean): void {
  if (state.phase !== 'handshake') return;
  const { subscriptions } = state.options;
  state.phase = 'subscribing';
  state.sessionPresent = sessionPresent;
  if (subscriptions.length === 0) comeUp(state);
  else send(state, { type: 'subscribe', subscriptions });
}

function comeUp(state: State): void {
  if (state.phase !== 'subscribing') return;
  state.phase = 'up';
  state.cancelDeadline();
  watchSilence(state);
  state.listener.up({ sessionPresent: state.sessionPresent });
}

/** Nothing sent for a keepalive interval: a ping; and nothing heard for another one: nobody is there. */
function watchSilence(state: State): void {
  const { clock, options } = state;
  const keepaliveMs = options.keepaliveS * secondMs;
  const nowMs = clock.monotonicMs();
  if (nowMs - state.lastSentMs >= keepaliveMs) {
    if (nowMs - state.lastHeardMs >= 2 * keepaliveMs) {
      finish(state, { code: 'keepalive-timeout', message: 'the broker does not answer pings' });
      return;
    }
    send(state, { type: 'pingreq' });
  }
  state.cancelPing = clock.at(state.lastSentMs + keepaliveMs, () => watchSilence(state));
}

function take(state: State, { topic, payload, qos, id }: Publish): void {
  state.listener.message(topic, payload);
  if (qos === 1) send(state, { type: 'puback', id });
}

function acknowledged(state: State, id: number): void {
  const taken = state.inFlight.get(id);
  if (!state.inFlight.delete(id)) return;
  if (state.phase !== 'up') return;
  taken?.();
  if (state.wasFull && !isFull(state)) {
    state.wasFull = false;
    state.listener.room();
  }
}

/** Only what the broker is to acknowledge counts against how much of that may be in flight. */
function isFull(state: State, qos: PublishOptions['qos'] = 1): boolean {
  const isWindowFull = qos > 0 && state.inFlight.size >= state.inFlightMax;
  return isWindowFull || (state.end?.underWayBytes() ?? 0) > underWayLimitBytes;
}

function publish(
  state: State,
  topic: string,
  payload: Uint8Array,
  { qos, retain }: PublishOptions,
  taken?: () => void,
): PublishOutcome {
  if (state.phase !== 'up') return 'down';
  const packet: Publish = { type: 'publish', topic, payload, qos, retain, id: qos === 0 ? 0 : state.nextId };
  if (bytesOf(packet) > maximumPacketBytes) return 'too-large';
  if (isFull(state, qos)) {
    state.wasFull = true;
    return 'full';
  }
  if (qos === 1) {
    state.inFlight.set(state.nextId, taken);
    state.nextId += 1;
  }
  send(state, packet);
  return 'sent';
}

function close(state: State): void {
  if (state.phase === 'closing' || state.phase === 'closed') return;
  if (state.phase === 'connecting' || state.phase === 'handshake') {
    finish(state, closedByHub);
    return;
  }
  state.phase = 'closing';
  state.cancelDeadline();
  send(state, { type: 'disconnect', reason: 0 });
  const { clock } = state;
  state.cancelDeadline = clock.at(clock.monotonicMs(), () => finish(state, closedByHub));
}

function closedByOther(state: State, ending: 'closed' | 'lost'): void {
  if (state.phase === 'closing') {
    finish(state, closedByHub);
  } else if (ending === 'lost') {
    finish(state, { code: 'connection-lost', message: 'the link to the outside is gone' });
  } else {
    finish(state, reasonOfClose(progressOf(state.phase)));
  }
}

function progressOf(phase: Phase): Parameters<typeof reasonOfClose>[0] {
  if (phase === 'connecting') return 'connecting';
  if (phase === 'handshake') return 'MQTT handshake';
  return phase === 'subscribing' ? 'subscribing' : 'session';
}

function finish(state: State, reason: CloseReason): void {
  if (state.phase === 'closed') return;
  state.phase = 'closed';
  state.cancelDeadline();
  state.cancelPing();
  state.end?.close();
  state.listener.closed(reason);
}
