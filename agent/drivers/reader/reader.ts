import { createNoise, type NoiseCounters } from '#agent/drivers/noise.ts';
import type { Device, ReaderListener } from '#agent/hub/devices.ts';
import { type PowerCycle, type SessionCounters, type SessionSettings, startSession } from '#agent/lines/session.ts';
import { createFramerOnClock } from '#protocol/core/framerOnClock.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';
import { interByteTimeoutMs, readerBaudRate } from '#protocol/rdm6300/frame.ts';
import { createTagFramer, tagNumberIn } from '#protocol/rdm6300/framer.ts';

/** A reader repeats a tag that lies on it 15 times a second; it is told so often at most. */
const toldEveryMs = secondMs;

/** Tags that may lie there at one time; of one more the oldest is told again at once. A reader reads one at a time. */
export const lyingLimit = 8;

/** The line is all there is to go by: without it for so long, the reader is failing. */
export const goneAfterMs = 5 * secondMs;

export interface ReaderParts {
  openLine: OpenLine;
  clock: Clock;
  log: Log;
  listener: ReaderListener;
  powerCycle?: PowerCycle;
  settings?: Partial<SessionSettings>;
}

export interface Reader extends Device {
  counters(): ReaderCounters;
}

interface ReaderCounters extends NoiseCounters, SessionCounters {
  /** Frames with a sound checksum, repeats among them. */
  tagFrames: number;
}

/**
 * The driver of a 125 kHz tag reader, an RDM6300 or ID-12LA. It works as long as its line is open: it says nothing of
 * itself and cannot be asked or reset. Numbers are told to the listener and to nobody else: no log, no counter has them.
 */
export function startReader({ openLine, clock, log, listener, powerCycle, settings }: ReaderParts): Reader {
  const noise = createNoise('reader', clock, log);
  const lying = createLying(clock, (number) => listener.tag(number));
  let tagFrames = 0;
  const framer = createFramerOnClock(createTagFramer(), clock, interByteTimeoutMs, (item) => {
    if (item.kind === 'discarded') {
      noise.discarded(item.reason, item.bytes.length);
      return;
    }
    tagFrames += 1;
    lying.read(tagNumberIn(item.bytes));
  });

  const session = startSession({
    name: 'reader',
    openLine,
    lineSettings: { baudRate: readerBaudRate },
    clock,
    log,
    device: { restarted: () => framer.end(), received: (bytes) => framer.push(bytes) },
    listener: { ready: () => listener.well(), failing: (reason) => listener.failing(reason) },
    ...(powerCycle === undefined ? {} : { powerCycle }),
    settings: { closedGraceMs: goneAfterMs, ...settings },
  });

  return {
    stop() {
      session.stop();
      framer.end();
      lying.stop();
      noise.stop();
    },
    counters: () => ({ tagFrames, ...noise.counters(), ...session.counters() }),
  };
}

/**
 * The tags that lie on the reader. One is told at once, and then once every `toldEveryMs` in which it was read again, at
 * the end of that time: so whoever counts from the last that was told (B9.2) never takes one stay for two.
 */
function createLying(clock: Clock, tell: (number: string) => void) {
  const lying = new Map<string, { readAgain: boolean; cancel: Cancel }>();

  function begin(number: string): void {
    forgetOldest();
    const cancel = clock.at(clock.monotonicMs() + toldEveryMs, () => {
      const before = lying.get(number);
      lying.delete(number);
      if (before?.readAgain === true) begin(number);
    });
    lying.set(number, { readAgain: false, cancel });
    // Last: whoever is told may stop the reader.
    tell(number);
  }

  function forgetOldest(): void {
    const [oldest] = lying.keys();
    if (lying.size < lyingLimit || oldest === undefined) return;
    lying.get(oldest)?.cancel();
    lying.delete(oldest);
  }

  return {
    read(number: string): void {
      const before = lying.get(number);
      if (before === undefined) begin(number);
      else before.readAgain = true;
    },
    stop(): void {
      for (const { cancel } of lying.values()) cancel();
      lying.clear();
    },
  };
}
