import type { Packet } from 'mqtt';

/** The packets of a broker whose client neither uses QoS 2 nor unsubscribes nor authenticates itself anew. */
const expected: ReadonlySet<string> = new Set(['connack', 'publish', 'puback', 'suback', 'pingresp', 'disconnect']);

/** Why the session ends by this packet; undefined when it is one that a hub may get. */
export function problemOf(packet: Packet): string | undefined {
  if (!expected.has(packet.cmd)) return `the broker sent a ${packet.cmd.toUpperCase()}, which no hub asks for`;
  if (packet.cmd !== 'publish') return undefined;
  // Never asked for, and the library would keep these messages without a limit.
  if (packet.qos === 2) return 'the broker sent a message with QoS 2';
  const isNumbered = packet.messageId !== undefined && packet.messageId > 0;
  return packet.qos === 1 && !isNumbered ? 'the broker sent a message with QoS 1 and without its number' : undefined;
}

/**
 * The library acts on a packet once everybody has seen it, whether the session is over or not, and throws where nobody
 * catches: a PUBREL or a message without its number ended the whole process. What has no name that it knows is passed over.
 */
export function disarm(packet: Packet): void {
  Object.assign(packet, { cmd: 'passed over' });
}
