import type { Log } from '#protocol/core/log.ts';
import { type Cancel, type Clock, minuteMs } from '#protocol/core/time.ts';

/** However noisy a line is, it costs one line of the log in this time. */
const summaryEveryMs = minuteMs;

/** Counts what comes over a line and is of no use, and sums it up at debug, at most once a minute. */
export interface Noise {
  /** Bytes that were no frame, by the framer's reason. */
  discarded(reason: string, bytes: number): void;
  /** A frame that does not hold what it should; the problem is for people. */
  undecodable(problem: string): void;
  counters(): NoiseCounters;
  stop(): void;
}

export interface NoiseCounters {
  /** Each reason that has occurred. The framer has few. */
  discardedBytes: Readonly<Record<string, number>>;
  undecodable: number;
}

export function createNoise(device: string, clock: Clock, log: Log): Noise {
  const discardedBytes: Record<string, number> = {};
  let undecodable = 0;
  let lastProblem: string | undefined;
  let cancelSummary: Cancel | undefined;

  function summarizeLater(): void {
    cancelSummary ??= clock.at(clock.monotonicMs() + summaryEveryMs, () => {
      cancelSummary = undefined;
      log.debug({ device, ...discardedBytes, undecodable, lastProblem }, 'noise on the line, sums since the start');
    });
  }

  return {
    discarded(reason, bytes) {
      discardedBytes[reason] = (discardedBytes[reason] ?? 0) + bytes;
      summarizeLater();
    },
    undecodable(problem) {
      undecodable += 1;
      lastProblem = problem;
      summarizeLater();
    },
    counters: () => ({ discardedBytes: { ...discardedBytes }, undecodable }),
    stop: () => cancelSummary?.(),
  };
}
