import { createFramer, type Framer, type Verdict } from '#protocol/core/framer.ts';
import { dataLengthLimit, type Frame, type FrameKind, frameKinds, headLength, trailerLength } from './frame.ts';

/** Why bytes that began as a frame were none. */
export type RadarDiscardReason =
  /** A header that breaks off. */
  | 'no-header'
  /** It claims more data than the module's buffer holds, or none. */
  | 'bad-length'
  | 'no-trailer';

/** Finds reports and commands. Holds one frame of the longest kind at most, less a byte. */
export function createRadarFramer(): Framer<RadarDiscardReason> {
  return createFramer({ starts: kinds.map((kind) => frameKinds[kind].header[0]), judge });
}

/** What is in a frame that the framer found. */
export function frameIn(bytes: Uint8Array): Frame {
  const kind = kindAt(bytes, 0) ?? 'report';
  return { kind, data: bytes.subarray(headLength, bytes.length - trailerLength) };
}

const kinds: readonly FrameKind[] = ['report', 'command'];

function kindAt(bytes: Uint8Array, at: number): FrameKind | undefined {
  return kinds.find((kind) => frameKinds[kind].header[0] === bytes[at]);
}

function judge(bytes: Uint8Array, start: number): Verdict<RadarDiscardReason> {
  const { header, trailer } = frameKinds[kindAt(bytes, start) ?? 'report'];
  const available = bytes.length - start;
  const inHeader = mismatch(bytes, start, header);
  if (inHeader !== undefined) return { kind: 'bad', reason: 'no-header', extent: inHeader };
  if (available < headLength) return { kind: 'incomplete' };
  const dataLength = (bytes[start + 4] ?? 0) + 256 * (bytes[start + 5] ?? 0);
  if (dataLength === 0 || dataLength > dataLengthLimit)
    return { kind: 'bad', reason: 'bad-length', extent: headLength };
  const length = headLength + dataLength + trailerLength;
  if (available < length) return { kind: 'incomplete' };
  if (mismatch(bytes, start + length - trailerLength, trailer) !== undefined) {
    return { kind: 'bad', reason: 'no-trailer', extent: length };
  }
  return { kind: 'frame', length };
}

/** How many bytes of the `wanted` ones stand there before the first other one; undefined as long as none is another. */
function mismatch(bytes: Uint8Array, start: number, wanted: readonly number[]): number | undefined {
  const at = wanted.findIndex((byte, index) => start + index < bytes.length && bytes[start + index] !== byte);
  return at === -1 ? undefined : at;
}
