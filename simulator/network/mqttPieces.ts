/** What MQTT calls its packets, by the number in their first byte (MQTT 5, 2.1.2; 3.1.1 has all but the last). */
const kinds = [
  'reserved',
  'connect',
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  'suback',
  'unsubscribe',
  'unsuback',
  'pingreq',
  'pingresp',
  'disconnect',
  'auth',
] as const;

export type PacketKind = Exclude<(typeof kinds)[number], 'reserved'>;

export const packetKinds = kinds.filter((kind): kind is PacketKind => kind !== 'reserved');

/** A whole packet, or bytes that are none: TLS, or something that is not MQTT. */
export interface Piece {
  kind: PacketKind | 'bytes';
  bytes: Uint8Array;
}

/** The longest packet that is waited for; a longer one, and what follows it, goes on as bytes. */
export const pieceBytesLimit = 1024 * 1024;

/** A length takes four bytes at most (MQTT 5, 1.5.5). */
const lengthBytesLimit = 4;

type Head = { is: 'packet'; kind: PacketKind; totalBytes: number } | { is: 'unfinished' } | { is: 'none' };

/**
 * Cuts one direction of a connection into packets. All that it needs is the fixed header, which is the same in MQTT 3.1.1
 * and 5. Nothing is thrown away: from the first byte on that cannot begin a packet, all goes on as bytes.
 */
export function createPieces(): (chunk: Uint8Array) => Piece[] {
  let waiting: Uint8Array = new Uint8Array();
  let isMqtt = true;

  return (chunk) => {
    if (!isMqtt) return [{ kind: 'bytes', bytes: chunk }];
    const pieces: Piece[] = [];
    let rest = joined(waiting, chunk);
    for (let head = headOf(rest); head.is !== 'unfinished'; head = headOf(rest)) {
      if (head.is === 'none') {
        isMqtt = false;
        pieces.push({ kind: 'bytes', bytes: rest });
        rest = new Uint8Array();
        break;
      }
      if (rest.length < head.totalBytes) break;
      pieces.push({ kind: head.kind, bytes: rest.subarray(0, head.totalBytes) });
      rest = rest.subarray(head.totalBytes);
    }
    waiting = rest.slice();
    return pieces;
  };
}

function headOf(bytes: Uint8Array): Head {
  const [first] = bytes;
  if (first === undefined) return { is: 'unfinished' };
  const kind = kinds[first >> 4];
  if (kind === undefined || kind === 'reserved' || !areFlagsOf(kind, first & 0x0f)) return { is: 'none' };
  let length = 0;
  for (let index = 1; index <= lengthBytesLimit; index += 1) {
    const byte = bytes[index];
    if (byte === undefined) return { is: 'unfinished' };
    length += (byte & 0x7f) * 0x80 ** (index - 1);
    if (byte < 0x80) {
      const totalBytes = 1 + index + length;
      return totalBytes > pieceBytesLimit ? { is: 'none' } : { is: 'packet', kind, totalBytes };
    }
  }
  return { is: 'none' };
}

/** Flags that are not a PUBLISH's are fixed (2.1.3): by them TLS, whose records begin with 0x14 to 0x17, is told apart. */
function areFlagsOf(kind: PacketKind, flags: number): boolean {
  if (kind === 'publish') return true;
  return flags === (kind === 'pubrel' || kind === 'subscribe' || kind === 'unsubscribe' ? 2 : 0);
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (one.length === 0) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
