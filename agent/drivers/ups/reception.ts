import type { Log } from '#protocol/core/log.ts';
import { type Cancel, type Clock, minuteMs } from '#protocol/core/time.ts';
import type { DiscardReason } from '#protocol/megatec/lines.ts';

/** However noisy a line is, it costs one line of the log in this time. */
const noiseSummaryEveryMs = minuteMs;

export interface ReceptionCounters {
  readings: number;
  /** What the supply could not, or would not. */
  refusals: number;
  /** Answers that nobody waited for: late, doubled, or to another question. */
  outOfTurn: number;
  /** Lines that are no answers. */
  unknownLines: number;
  discardedBytes: Record<DiscardReason, number>;
}

export interface Reception {
  count(what: Exclude<keyof ReceptionCounters, 'discardedBytes'>): void;
  discarded(reason: DiscardReason, bytes: number): void;
  counters(): ReceptionCounters;
  stop(): void;
}

/** Counts what comes over the line, and sums up what was of no use, at debug, at most once a minute. */
export function createReception(clock: Clock, log: Log): Reception {
  const counters: ReceptionCounters = {
    readings: 0,
    refusals: 0,
    outOfTurn: 0,
    unknownLines: 0,
    discardedBytes: { 'not-text': 0, 'too-long': 0, empty: 0, 'cut-off': 0, 'half-line': 0 },
  };
  let cancelSummary: Cancel | undefined;

  function summarizeLater(): void {
    cancelSummary ??= clock.at(clock.monotonicMs() + noiseSummaryEveryMs, () => {
      cancelSummary = undefined;
      const { discardedBytes, readings, ...others } = counters;
      log.debug({ device: 'ups', readings, ...others, ...discardedBytes }, 'noise on the line, sums since the start');
    });
  }

  return {
    count(what) {
      counters[what] += 1;
      if (what !== 'readings') summarizeLater();
    },
    discarded(reason, bytes) {
      counters.discardedBytes[reason] += bytes;
      summarizeLater();
    },
    counters: () => ({ ...counters, discardedBytes: { ...counters.discardedBytes } }),
    stop: () => cancelSummary?.(),
  };
}
