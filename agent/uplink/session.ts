/**
 * One MQTT session, from the connect attempt to its end, as the link sees it. mqttSession.ts is the real one; a network
 * in memory may stand in for it. Everything is told by synchronous callbacks, so that it runs in virtual time too.
 */

export type Qos = 0 | 1;

/** 5 is MQTT 5, 4 is MQTT 3.1.1: the numbers that the two send for themselves on the wire. */
export type MqttProtocol = 5 | 4;

export interface Subscription {
  topic: string;
  qos: Qos;
}

/** What the broker publishes for us when the session ends without a DISCONNECT. */
export interface Will {
  topic: string;
  payload: Uint8Array;
  qos: Qos;
  retain: boolean;
}

/** PEM text. The hub trusts `ca` and nothing else; `certificate` and `key` are its own, for mutual TLS. */
export interface TlsIdentity {
  ca: string;
  certificate?: string;
  key?: string;
}

export interface SessionOptions {
  /** `mqtt://host:port`, or `mqtts://host:port`, which needs `tls`. */
  url: string;
  tls?: TlsIdentity;
  clientId: string;
  protocol: MqttProtocol;
  /** 1 to 65535. Longer than the heartbeat interval, so that heartbeats take the place of pings (B4.5). */
  keepaliveS: number;
  /** How long the broker keeps the session of a hub that is away. Told in MQTT 5 only; 3.1.1 leaves it to the broker. */
  sessionExpiryS: number;
  /** From the attempt to connect until the session is up. */
  connectTimeoutMs: number;
  subscriptions: readonly Subscription[];
  will?: Will;
}

/** Why a session ended, in words for machines; people get `message` with it. */
export type CloseCode =
  // The hub's own doing.
  | 'closed-by-hub'
  | 'bad-url'
  | 'bad-own-certificate'
  // The network.
  | 'dns'
  | 'connection-refused'
  | 'unreachable'
  | 'timeout'
  | 'connection-lost'
  | 'keepalive-timeout'
  // TLS.
  | 'tls/expired-certificate'
  | 'tls/not-yet-valid-certificate'
  | 'tls/wrong-name'
  | 'tls/untrusted'
  | 'tls/own-certificate-refused'
  | 'tls/failed'
  // The broker's answer to the connect attempt.
  | 'refused-protocol'
  | 'refused-client-id'
  | 'refused-credentials'
  | 'refused-not-authorised'
  | 'refused-busy'
  | 'refused'
  | 'closed-before-answer'
  | 'subscription-refused'
  // What ends a session that was accepted.
  | 'closed-by-broker'
  | 'taken-over'
  | 'protocol-error';

export interface CloseReason {
  code: CloseCode;
  message: string;
}

export interface SessionListener {
  /** The broker has accepted the connection and granted every subscription as asked: now it counts as up. */
  up(session: { sessionPresent: boolean }): void;
  /** May come before `up`: what waited for us in a resumed session. Only when it returns is the message acknowledged. */
  message(topic: string, payload: Uint8Array): void;
  /** The broker has taken our message and refused it, for want of rights for instance. */
  refused(topic: string, message: string): void;
  /** There is room for publishing again; said after `publish` answered `full`. */
  room(): void;
  /** The end, said exactly once; no callback comes after it. */
  closed(reason: CloseReason): void;
}

/**
 * `sent`: handed to the wire, no more than that. `down`: dropped, the session is not up. `full`: dropped, too much is
 * under way; `room` will be called. `too-large`: dropped, it will never fit.
 */
export type PublishOutcome = 'sent' | 'down' | 'full' | 'too-large';

export interface PublishOptions {
  qos: Qos;
  retain: boolean;
}

export interface Session {
  /** Sends now or not at all: the journal is the only queue. */
  publish(topic: string, payload: Uint8Array, options: PublishOptions): PublishOutcome;
  /** Says DISCONNECT, so that the broker does not publish the will, and ends. */
  close(): void;
  /** Ends without a word: the broker publishes the will. `closed` is called before it returns. */
  abort(): void;
}

/** Starts one attempt to connect. No callback comes before it returns. */
export type OpenSession = (options: SessionOptions, listener: SessionListener) => Session;
