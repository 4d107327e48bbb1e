import { dataLengthLimit, type Frame, frameKinds } from './frame.ts';

/** The bytes of a frame as they go over the wire. Throws when its data has another length than the protocol allows: a slip of ours. */
export function encodeFrame({ kind, data }: Frame): Uint8Array {
  if (data.length === 0 || data.length > dataLengthLimit) {
    throw new RangeError(`a frame carries 1 to ${dataLengthLimit} bytes of data, not ${data.length}`);
  }
  const { header, trailer } = frameKinds[kind];
  return Uint8Array.of(...header, data.length & 0xff, data.length >> 8, ...data, ...trailer);
}
