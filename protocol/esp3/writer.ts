import { dataLengthLimit, headerLength, optionalLengthLimit, syncByte, trailerLength } from './constants.ts';
import { crc8 } from './crc8.ts';
import type { Frame } from './frame.ts';

/** The bytes of a packet as they go over the wire. Throws when a part is longer than the protocol can say: a slip of ours. */
export function encodeFrame({ packetType, data, optional }: Frame): Uint8Array {
  if (data.length === 0 || data.length > dataLengthLimit) {
    throw new RangeError(`an ESP3 packet carries 1 to ${dataLengthLimit} bytes of data, not ${data.length}`);
  }
  if (optional.length > optionalLengthLimit) {
    throw new RangeError(
      `an ESP3 packet carries at most ${optionalLengthLimit} optional bytes, not ${optional.length}`,
    );
  }
  const bodyEnd = headerLength + data.length + optional.length;
  const bytes = new Uint8Array(bodyEnd + trailerLength);
  bytes.set([syncByte, data.length >> 8, data.length & 0xff, optional.length, packetType]);
  bytes[headerLength - 1] = crc8(bytes, 1, headerLength - 1);
  bytes.set(data, headerLength);
  bytes.set(optional, headerLength + data.length);
  bytes[bodyEnd] = crc8(bytes, headerLength, bodyEnd);
  return bytes;
}
