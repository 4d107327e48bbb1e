import { bytesInHex } from '#protocol/core/hex.ts';
import type { LineListener, OpenLine } from '#protocol/core/line.ts';
import type { Clock } from '#protocol/core/time.ts';

/** A chunk as it went over a line, in the hub's view. */
export interface TracedChunk {
  /** The line's name, for example the device's. */
  line: string;
  direction: 'in' | 'out';
  bytes: Uint8Array;
  monotonicMs: number;
}

/** The same lines, with every chunk of both directions told to `sink` before it is handed on. */
export function traced(openLine: OpenLine, name: string, clock: Clock, sink: (chunk: TracedChunk) => void): OpenLine {
  function tell(direction: 'in' | 'out', bytes: Uint8Array): void {
    sink({ line: name, direction, bytes: bytes.slice(), monotonicMs: clock.monotonicMs() });
  }

  return (settings, listener) => {
    const tracedListener: LineListener = {
      opened: () => listener.opened(),
      received(bytes) {
        tell('in', bytes);
        listener.received(bytes);
      },
      closed: (reason) => listener.closed(reason),
    };
    const line = openLine(settings, tracedListener);
    return {
      write(bytes) {
        tell('out', bytes);
        line.write(bytes);
      },
      close: () => line.close(),
    };
  };
}

/** So many ASCII hex digits in a row may be a PIN or a number, on these lines. */
const hiddenFrom: Readonly<Record<string, number>> = { modem: 4, reader: 1 };

/**
 * The bytes of a chunk in hexadecimal, as they may be read by anybody. Digits that are the number of somebody's tag, or of
 * a telephone, or a PIN, or a short message, are crossed out; so are those at an edge, which may go on in the next chunk.
 */
export function shownBytes({ line, bytes }: Pick<TracedChunk, 'line' | 'bytes'>): string {
  const hex = bytesInHex(bytes);
  const least = hiddenFrom[line];
  if (least === undefined) return hex;
  return hex.replaceAll(/\b(?:3\d|[46][1-6])(?: (?:3\d|[46][1-6])\b)*/gu, (run: string, offset: number) => {
    const isAtEdge = /3\d/u.test(run) && (offset === 0 || offset + run.length === hex.length);
    const count = (run.length + 1) / 3;
    return isAtEdge || count >= least ? Array.from({ length: count }, () => 'xx').join(' ') : run;
  });
}
