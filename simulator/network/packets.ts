import type { MqttProtocol, Qos, Subscription, Will } from '#agent/uplink/session.ts';

/** What goes between a client and the broker, with MQTT's own names, as values: mqtt.js is what packs it in bytes. */
export type Packet =
  | {
      type: 'connect';
      clientId: string;
      protocol: MqttProtocol;
      keepaliveS: number;
      sessionExpiryS: number;
      will: Will | undefined;
    }
  /** `receiveMaximum`: QoS 1 messages that the broker lets the client have on their way (MQTT 5, 3.2.2.3.3). */
  | { type: 'connack'; sessionPresent: boolean; receiveMaximum: number }
  | { type: 'subscribe'; subscriptions: readonly Subscription[] }
  | { type: 'suback' }
  | { type: 'publish'; topic: string; payload: Uint8Array; qos: Qos; retain: boolean; id: number }
  | { type: 'puback'; id: number }
  | { type: 'pingreq' | 'pingresp' }
  /** `reason` is MQTT 5's reason code; 0 is an orderly end. */
  | { type: 'disconnect'; reason: number };

export type Publish = Extract<Packet, { type: 'publish' }>;

/** MQTT 5, 3.14.2.1: another client has connected with the same client id. */
export const sessionTakenOver = 0x8e;

/** Headers of TCP and IP, of TLS and of MQTT, roughly: what each packet costs besides its topic and payload. */
const overheadBytes = 80;

/** How much of the link's rate a packet takes. */
export function bytesOf(packet: Packet): number {
  return overheadBytes + (packet.type === 'publish' ? packet.payload.length + packet.topic.length : 0);
}
