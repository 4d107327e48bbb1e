import { dataLengthLimit, headerLength, syncByte, trailerLength } from './constants.ts';
import { crc8 } from './crc8.ts';
import type { Frame } from './frame.ts';

/** Why bytes were no packet. */
export type DiscardReason =
  /** Bytes between packets. */
  | 'no-sync'
  | 'bad-header-checksum'
  | 'bad-data-checksum'
  /** The header is sound but claims more data than any module sends. */
  | 'too-long'
  /** The header is sound but claims no data, which no packet type allows. Zeros after a false sync look like this. */
  | 'no-data'
  /** The rest of the packet did not come in time. */
  | 'half-frame';

/** What the parser makes of the bytes. The `bytes` of all items, put together, are the bytes that were pushed. */
export type Esp3Item =
  | ({ kind: 'frame'; bytes: Uint8Array } & Frame)
  | { kind: 'discarded'; reason: DiscardReason; bytes: Uint8Array };

export interface Parser {
  /** Takes the next bytes from the wire and tells what is complete now. */
  push(bytes: Uint8Array): Esp3Item[];
  /**
   * Gives up waiting: what is held is told as discarded, save for whole packets found inside a falsely claimed longer
   * one. The owner calls it when `waiting()` and nothing has come for `interByteTimeoutMs`.
   */
  idle(): Esp3Item[];
  /** Whether the beginning of a packet is held. */
  waiting(): boolean;
}

/** What stands at one place of the buffer. */
type Verdict =
  | { kind: 'frame'; length: number; dataLength: number }
  | { kind: 'incomplete' }
  /** `extent`: how many bytes had been claimed for the packet that was none. */
  | { kind: 'bad'; reason: DiscardReason; extent: number };

/** Turns chunks of bytes, however cut, into packets. Holds at most one packet of the longest kind, less a byte. */
export function createParser(): Parser {
  let held: Uint8Array = new Uint8Array(0);
  /** Bytes that a bad packet had claimed and that are still to come out are discarded for its reason. */
  let blame: { reason: DiscardReason; remaining: number } = { reason: 'no-sync', remaining: 0 };

  function scan(bytes: Uint8Array, ended: boolean): Esp3Item[] {
    const found = createItems(bytes);
    let at = 0;
    while (at < bytes.length) {
      const verdict = judge(bytes, at);
      if (verdict.kind === 'incomplete' && !ended) break;
      if (verdict.kind === 'frame') {
        found.frame(at, verdict);
        blame = { reason: 'no-sync', remaining: 0 };
        at += verdict.length;
        continue;
      }
      if (verdict.kind === 'incomplete') blame = { reason: 'half-frame', remaining: bytes.length - at };
      else if (verdict.extent > blame.remaining) blame = { reason: verdict.reason, remaining: verdict.extent };
      const next = nextSync(bytes, at + 1);
      const blamed = Math.min(next - at, blame.remaining);
      found.discarded(blame.reason, at, at + blamed);
      found.discarded('no-sync', at + blamed, next);
      blame.remaining -= blamed;
      at = next;
    }
    held = bytes.subarray(at);
    return found.items();
  }

  return {
    push: (bytes) => scan(joined(held, bytes), false),
    idle: () => scan(held, true),
    waiting: () => held.length > 0,
  };
}

/** Collects what is found in a buffer. Neighbouring bytes discarded for one reason become one item. */
function createItems(buffer: Uint8Array) {
  const items: Esp3Item[] = [];
  let run = { reason: 'no-sync' as DiscardReason, start: 0, end: 0 };

  function endRun(): void {
    if (run.end > run.start) {
      items.push({ kind: 'discarded', reason: run.reason, bytes: buffer.subarray(run.start, run.end) });
    }
    run = { reason: 'no-sync', start: 0, end: 0 };
  }

  return {
    frame(at: number, { length, dataLength }: { length: number; dataLength: number }): void {
      endRun();
      const bytes = buffer.subarray(at, at + length);
      items.push({
        kind: 'frame',
        packetType: byteAt(bytes, 4),
        data: bytes.subarray(headerLength, headerLength + dataLength),
        optional: bytes.subarray(headerLength + dataLength, length - trailerLength),
        bytes,
      });
    },
    discarded(reason: DiscardReason, start: number, end: number): void {
      if (end === start) return;
      if (reason !== run.reason || start !== run.end) {
        endRun();
        run = { reason, start, end };
      } else {
        run.end = end;
      }
    },
    items(): Esp3Item[] {
      endRun();
      return items;
    },
  };
}

function judge(bytes: Uint8Array, at: number): Verdict {
  if (bytes[at] !== syncByte) return { kind: 'bad', reason: 'no-sync', extent: 0 };
  if (bytes.length - at < headerLength) return { kind: 'incomplete' };
  if (crc8(bytes, at + 1, at + headerLength - 1) !== bytes[at + headerLength - 1]) {
    return { kind: 'bad', reason: 'bad-header-checksum', extent: headerLength };
  }
  const dataLength = byteAt(bytes, at + 1) * 256 + byteAt(bytes, at + 2);
  if (dataLength === 0) return { kind: 'bad', reason: 'no-data', extent: headerLength };
  if (dataLength > dataLengthLimit) return { kind: 'bad', reason: 'too-long', extent: headerLength };
  const length = headerLength + dataLength + byteAt(bytes, at + 3) + trailerLength;
  if (bytes.length - at < length) return { kind: 'incomplete' };
  if (crc8(bytes, at + headerLength, at + length - trailerLength) !== bytes[at + length - trailerLength]) {
    return { kind: 'bad', reason: 'bad-data-checksum', extent: length };
  }
  return { kind: 'frame', length, dataLength };
}

function nextSync(bytes: Uint8Array, from: number): number {
  const found = bytes.indexOf(syncByte, from);
  return found === -1 ? bytes.length : found;
}

/** A copy: what came in belongs to the line, which may use its buffer again. */
function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
