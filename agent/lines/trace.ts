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
