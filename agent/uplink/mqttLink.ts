import { hourMs, secondMs, type Cancel, type Clock, type Random } from '#protocol/core/time.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Backoff, createBackoff } from './backoff.ts';
import { adviceOf } from './closeReason.ts';
import type {
  CloseReason,
  MqttProtocol,
  OpenSession,
  PublishOptions,
  PublishOutcome,
  Session,
  SessionListener,
  SessionOptions,
  TlsIdentity,
} from './session.ts';

/** A session that lasted this long was a good one: failures are counted from none again. */
export const stableMs = 30 * secondMs;
/** For so long a broker that refused MQTT 5 is spoken to in 3.1.1 first. */
export const olderProtocolMs = hourMs;

export type LinkOptions = Omit<SessionOptions, 'protocol'>;

export interface LinkListener {
  up(session: { protocol: MqttProtocol; sessionPresent: boolean }): void;
  /** Follows each `up` but that of a link that was stopped. A failed attempt to connect is told by `status` and the log. */
  down(reason: CloseReason): void;
  /** May come before `up`: what waited in a resumed session. Acknowledged to the broker when it returns. */
  message(topic: string, payload: Uint8Array): void;
  /** There is room for publishing again; said after `publish` answered `full`. */
  room(): void;
}

export interface LinkStatus {
  up: boolean;
  protocol: MqttProtocol;
  /** Attempts to connect since the last session that lasted; the one that came up counts too. */
  attempts: number;
  /** Why the last session or attempt ended. */
  lastReason: CloseReason | undefined;
  /** Publishes that were not sent, and those that the broker refused. */
  dropped: number;
  refused: number;
}

export interface Link {
  /** Sends now or not at all (`session.ts` says what each outcome means). */
  publish(topic: string, payload: Uint8Array, options: PublishOptions): PublishOutcome;
  isUp(): boolean;
  /** An alarm waits, or no longer does: turning it on ends a pause at once (B2.3). */
  hurry(on: boolean): void;
  /** New certificates or keepalive (B4.5): a session that is up ends in order and the next begins at once. */
  change(options: LinkOptions): void;
  /** The same from the next session on: the one that is up goes on as it was agreed. */
  prepare(options: LinkOptions): void;
  /**
   * Ends in order, the will unpublished. The listener hears nothing more but messages already on their way, for the
   * broker will not send them again; `stopped` is called when all is over.
   */
  stop(stopped?: () => void): void;
  status(): LinkStatus;
}

export interface LinkPorts {
  open: OpenSession;
  options: LinkOptions;
  clock: Clock;
  random: Random;
  log: Log;
  listener: LinkListener;
}

interface State extends LinkPorts {
  session: Session | undefined;
  upSinceMs: number | undefined;
  cancelPause: Cancel | undefined;
  stopping: { stopped: () => void } | undefined;
  protocol: MqttProtocol;
  retryNewestAtMs: number;
  backoff: Backoff;
  attempts: number;
  /** The identity by which a session came up last. */
  proven: TlsIdentity | undefined;
  /** Whether that one is used in place of the one of the options, which the broker refuses. */
  usesProven: boolean;
  lastReason: CloseReason | undefined;
  dropped: number;
  refused: number;
}

/** Keeps a session up for as long as it is not stopped. The first attempt begins at once. */
export function startLink(ports: LinkPorts): Link {
  const state: State = {
    ...ports,
    session: undefined,
    upSinceMs: undefined,
    cancelPause: undefined,
    stopping: undefined,
    protocol: 5,
    retryNewestAtMs: 0,
    backoff: createBackoff(ports.random),
    attempts: 0,
    proven: undefined,
    usesProven: false,
    lastReason: undefined,
    dropped: 0,
    refused: 0,
  };
  connect(state);
  return {
    publish: (topic, payload, options) => publish(state, topic, payload, options),
    isUp: () => state.upSinceMs !== undefined && state.stopping === undefined,
    hurry: (on) => hurry(state, on),
    change: (options) => change(state, options),
    prepare(options) {
      state.options = options;
    },
    stop: (stopped = () => {}) => stop(state, stopped),
    status: () => status(state),
  };
}

function connect(state: State): void {
  const { clock, open, options } = state;
  state.cancelPause?.();
  state.cancelPause = undefined;
  if (state.protocol === 4 && clock.monotonicMs() >= state.retryNewestAtMs) {
    state.protocol = 5;
  }
  state.attempts += 1;
  const tls = state.usesProven ? provenIn(state) : options.tls;
  const session = { ...options, ...(tls === undefined ? {} : { tls }), protocol: state.protocol };
  state.session = open(session, sessionListener(state, tls));
}

/** The own certificate that the broker took last, when it is another one; whom the hub trusts is never an older matter. */
function provenIn({ proven, options: { tls } }: State): TlsIdentity | undefined {
  return tls === undefined || proven === undefined || proven.certificate === tls.certificate
    ? undefined
    : { ...proven, ca: tls.ca };
}

function sessionListener(state: State, tls: TlsIdentity | undefined): SessionListener {
  const { log, listener, clock } = state;
  const heard = (): boolean => state.stopping === undefined;
  return {
    up({ sessionPresent }) {
      if (!heard()) {
        return;
      }
      const { protocol, attempts } = state;
      state.upSinceMs = clock.monotonicMs();
      state.proven = tls;
      log.info({ protocol, sessionPresent, attempts }, 'connected to the broker');
      listener.up({ protocol, sessionPresent });
    },
    message(topic, payload) {
      // Heard even while stopping: the session acknowledges it to the broker, which will not send it again.
      listener.message(topic, payload);
    },
    room() {
      if (heard()) {
        listener.room();
      }
    },
    refused(topic, message) {
      state.refused += 1;
      log.warn({ topic, message }, 'the broker refused a message');
    },
    closed: (reason) => closed(state, reason),
  };
}

function closed(state: State, reason: CloseReason): void {
  const { clock, upSinceMs } = state;
  state.session = undefined;
  state.upSinceMs = undefined;
  if (state.stopping !== undefined) {
    state.stopping.stopped();
    return;
  }
  const news = state.lastReason?.code !== reason.code || upSinceMs !== undefined;
  state.lastReason = reason;
  const delayMs = judge(state, reason, upSinceMs);
  const advice = adviceOf(reason.code);
  const fields = {
    code: reason.code,
    reason: reason.message,
    ...(advice === undefined ? {} : { advice }),
    attempts: state.attempts,
    delayMs: Math.round(delayMs),
  };
  // Days without a link are days of the same line: the first is a warning, the others are for those who look closer.
  const level = reason.code === 'refused-protocol' ? 'info' : 'warn';
  state.log[news ? level : 'debug'](fields, upSinceMs === undefined ? 'not connected' : 'connection lost');
  state.cancelPause = clock.at(clock.monotonicMs() + delayMs, () => connect(state));
  if (upSinceMs !== undefined) {
    state.listener.down(reason);
  }
}

/** Learns from the end of a session or attempt. Returns the pause before the next attempt, in milliseconds. */
function judge(state: State, reason: CloseReason, upSinceMs: number | undefined): number {
  if (upSinceMs === undefined) {
    if (fallsBack(state, reason)) {
      return 0;
    }
    const fellBack = state.protocol === 5 && reason.code === 'refused-protocol';
    learnProtocol(state, reason);
    if (fellBack) {
      return 0;
    }
  } else {
    state.usesProven = false;
    if (state.clock.monotonicMs() - upSinceMs >= stableMs) {
      state.backoff.lasted();
      state.attempts = 0;
    }
  }
  return reason.code === 'closed-by-hub' ? 0 : state.backoff.pauseMs(reason);
}

/**
 * A new certificate that the broker refuses does not cut the hub off as long as the former one is taken. The new one is
 * tried first each time that the hub connects. Returns whether the former one is tried now.
 */
function fallsBack(state: State, { code }: CloseReason): boolean {
  if (code !== 'tls/own-certificate-refused' && code !== 'bad-own-certificate') return false;
  state.usesProven = !state.usesProven && provenIn(state) !== undefined;
  if (state.usesProven) {
    state.log.warn({ step: 'certificates' }, "the hub's new certificate is refused: the former one goes on");
  }
  return state.usesProven;
}

/** A broker that does not know MQTT 5 should say so, but some close the connection, or answer what cannot be read. */
function learnProtocol(state: State, { code }: CloseReason): void {
  if (code !== 'refused-protocol' && code !== 'closed-before-answer' && code !== 'protocol-error') {
    return;
  }
  if (state.protocol === 5) {
    state.protocol = 4;
    state.retryNewestAtMs = state.clock.monotonicMs() + olderProtocolMs;
  } else {
    state.protocol = 5;
  }
}

function hurry(state: State, on: boolean): void {
  if (state.stopping !== undefined || !state.backoff.hurry(on)) return;
  if (on && state.cancelPause !== undefined) {
    state.backoff.reconnectsAtOnce();
    connect(state);
  }
}

function change(state: State, options: LinkOptions): void {
  state.options = options;
  state.usesProven = false;
  if (state.upSinceMs !== undefined && state.stopping === undefined) {
    state.session?.close();
  }
}

function publish(state: State, topic: string, payload: Uint8Array, options: PublishOptions): PublishOutcome {
  const usable = state.upSinceMs !== undefined && state.stopping === undefined;
  const outcome = usable && state.session !== undefined ? state.session.publish(topic, payload, options) : 'down';
  if (outcome !== 'sent') {
    state.dropped += 1;
  }
  return outcome;
}

function stop(state: State, stopped: () => void): void {
  if (state.stopping !== undefined) {
    return;
  }
  state.stopping = { stopped };
  state.cancelPause?.();
  state.cancelPause = undefined;
  if (state.session === undefined) {
    stopped();
  } else {
    state.session.close();
  }
}

function status({ upSinceMs, protocol, attempts, lastReason, dropped, refused, stopping }: State): LinkStatus {
  return { up: upSinceMs !== undefined && stopping === undefined, protocol, attempts, lastReason, dropped, refused };
}
