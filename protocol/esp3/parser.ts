import { type CommonReason, createFramer, type FramerItem, type Verdict } from '#protocol/core/framer.ts';
import { dataLengthLimit, headerLength, syncByte, trailerLength } from './constants.ts';
import { crc8 } from './crc8.ts';
import type { Frame } from './frame.ts';

/** Why bytes that began as a packet were none. */
type PacketReason =
  | 'bad-header-checksum'
  | 'bad-data-checksum'
  /** The header is sound but claims more data than any module sends. */
  | 'too-long'
  /** The header is sound but claims no data, which no packet type allows. Zeros after a false sync look like this. */
  | 'no-data';

/** Why bytes were no packet. */
export type DiscardReason = PacketReason | CommonReason;

/** What the parser makes of the bytes. The `bytes` of all items, put together, are the bytes that were pushed. */
export type Esp3Item =
  | ({ kind: 'frame'; bytes: Uint8Array } & Frame)
  | { kind: 'discarded'; reason: DiscardReason; bytes: Uint8Array };

export interface Parser {
  /** Takes the next bytes from the wire and tells what is complete now. */
  push(bytes: Uint8Array): Esp3Item[];
  /** Gives up waiting. The owner calls it when `waiting()` and nothing has come for `interByteTimeoutMs`. */
  idle(): Esp3Item[];
  /** Whether the beginning of a packet is held. */
  waiting(): boolean;
}

/** Turns chunks of bytes, however cut, into packets. Holds at most one packet of the longest kind, less a byte. */
export function createParser(): Parser {
  const framer = createFramer({ starts: [syncByte], judge });
  return {
    push: (bytes) => framer.push(bytes).map(withParts),
    idle: () => framer.idle().map(withParts),
    waiting: () => framer.waiting(),
  };
}

function judge(bytes: Uint8Array, at: number): Verdict<PacketReason> {
  if (bytes.length - at < headerLength) return { kind: 'incomplete' };
  if (crc8(bytes, at + 1, at + headerLength - 1) !== bytes[at + headerLength - 1]) {
    return { kind: 'bad', reason: 'bad-header-checksum', extent: headerLength };
  }
  const dataLength = dataLengthAt(bytes, at);
  if (dataLength === 0) return { kind: 'bad', reason: 'no-data', extent: headerLength };
  if (dataLength > dataLengthLimit) return { kind: 'bad', reason: 'too-long', extent: headerLength };
  const length = headerLength + dataLength + byteAt(bytes, at + 3) + trailerLength;
  if (bytes.length - at < length) return { kind: 'incomplete' };
  if (crc8(bytes, at + headerLength, at + length - trailerLength) !== bytes[at + length - trailerLength]) {
    return { kind: 'bad', reason: 'bad-data-checksum', extent: length };
  }
  return { kind: 'frame', length };
}

function withParts(item: FramerItem<PacketReason>): Esp3Item {
  if (item.kind === 'discarded') return item;
  const { bytes } = item;
  const dataEnd = headerLength + dataLengthAt(bytes, 0);
  return {
    kind: 'frame',
    packetType: byteAt(bytes, 4),
    data: bytes.subarray(headerLength, dataEnd),
    optional: bytes.subarray(dataEnd, bytes.length - trailerLength),
    bytes,
  };
}

function dataLengthAt(bytes: Uint8Array, at: number): number {
  return byteAt(bytes, at + 1) * 256 + byteAt(bytes, at + 2);
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
