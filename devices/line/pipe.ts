import type { Cancel, Clock, Random } from '#protocol/core/time.ts';

/** Bytes one direction holds before it overruns as a UART does: what comes on top is lost and counted. */
export const pipeBytesLimit = 1_048_576;

export interface PipeSettings {
  clock: Clock;
  random: Random;
  /** The longest time a piece is under way, in milliseconds; each takes a random part of it. 0 draws nothing. */
  latencyMs: number;
  /** Chance, 0 to 1, that a delivery is cut at a random byte. Above 0, what waits together also arrives together. */
  fragmentation: number;
  /** Chance, 0 to 1, for each byte carried that a random byte slips in before it. */
  noise: number;
  deliver(bytes: Uint8Array): void;
}

/** One direction of a wire. Order is kept whatever the latency; nothing is ever delivered inside {@link Pipe.push}. */
export interface Pipe {
  push(bytes: Uint8Array): void;
  /** Drops what is under way. */
  clear(): void;
  /** Bytes lost because {@link pipeBytesLimit} of them waited already. */
  lostBytes(): number;
}

export function createPipe(settings: PipeSettings): Pipe {
  const { clock, random, fragmentation } = settings;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let lost = 0;
  let cancel: Cancel | undefined;

  function arm(): void {
    const latencyMs = settings.latencyMs > 0 ? random() * settings.latencyMs : 0;
    cancel = clock.at(clock.monotonicMs() + latencyMs, () => {
      cancel = undefined;
      const piece = take();
      if (waiting.length > 0) arm();
      settings.deliver(settings.noise > 0 ? withNoise(piece, settings) : piece);
    });
  }

  function take(): Uint8Array {
    if (fragmentation > 0) waiting = [concatenated(waiting)];
    const first = waiting.shift() ?? new Uint8Array();
    const cut = fragmentation > 0 && first.length > 1 && random() < fragmentation;
    const length = cut ? 1 + Math.floor(random() * (first.length - 1)) : first.length;
    waitingBytes -= length;
    if (length === first.length) return first;
    waiting.unshift(first.subarray(length));
    return first.subarray(0, length);
  }

  return {
    push(bytes) {
      const fits = bytes.slice(0, pipeBytesLimit - waitingBytes);
      lost += bytes.length - fits.length;
      if (fits.length === 0) return;
      waiting.push(fits);
      waitingBytes += fits.length;
      if (cancel === undefined) arm();
    },
    clear() {
      cancel?.();
      cancel = undefined;
      waiting = [];
      waitingBytes = 0;
    },
    lostBytes: () => lost,
  };
}

function withNoise(bytes: Uint8Array, { random, noise }: PipeSettings): Uint8Array {
  const noisy: number[] = [];
  for (const byte of bytes) {
    if (random() < noise) noisy.push(Math.floor(random() * 256));
    noisy.push(byte);
  }
  return Uint8Array.from(noisy);
}

function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
