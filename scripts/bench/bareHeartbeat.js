/**
 * The floor of a start: a bare Node that connects to a broker by MQTT 3.1.1, subscribes as a hub does, and publishes one
 * heartbeat. JavaScript, because a bare Node has no types to strip.
 *
 *   node bareHeartbeat.js PORT HUB
 */
import { connect } from 'node:net';

const [port = '', hub = ''] = process.argv.slice(2);

const text = (words) => Buffer.concat([Buffer.from([0, words.length]), Buffer.from(words)]);
const packet = (first, ...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([first, body.length]), body]);
};

const connectPacket = packet(0x10, text('MQTT'), Buffer.from([4, 2, 0, 120]), text(hub));
const subscribePacket = packet(0x82, Buffer.from([0, 1]), text(`hub/v1/${hub}/down/#`), Buffer.from([1]));
const heartbeatPacket = packet(0x30, text(`hub/v1/${hub}/up/heartbeat`), Buffer.from('{}'));

const connackType = 0x20;
const subackType = 0x90;

const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true }, () => socket.write(connectPacket));
socket.on('data', (bytes) => {
  if (bytes[0] === connackType) socket.write(subscribePacket);
  if (bytes[0] === subackType) socket.write(heartbeatPacket);
});
