import { eventsOf, type Trace } from './checker.ts';

const syncByte = 0x55;

/**
 * Whether the bytes that somebody put on the wire, in one piece or in several, hold a frame's header with its right checksum
 * (ESP3 1.6.1): any telegram, then.
 */
export function holdsTelegram(trace: Trace): boolean {
  const hex = eventsOf(trace, 'action').map(({ action }) => (action.word === 'bytes' ? action.hex : ''));
  const bytes = [...Buffer.from(hex.join('').replaceAll(/[^0-9a-f]/giu, ''), 'hex')];
  return bytes.some(
    (byte, at) => byte === syncByte && at + 5 < bytes.length && crc8(bytes.slice(at + 1, at + 5)) === bytes[at + 5],
  );
}

/** CRC-8 with the polynomial 0x07 (ESP3 1.6.1), bit by bit. */
function crc8(bytes: readonly number[]): number {
  let rest = 0;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit += 1) rest = (rest << 1) ^ ((rest & 0x80) === 0 ? 0 : 0x107);
  }
  return rest;
}
