import type { DiscardReason } from '#protocol/at/framer.ts';
import type { Response } from '#protocol/at/response.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Cancel, type Clock, minuteMs } from '#protocol/core/time.ts';

/** However noisy a line is, it costs one line of the log in this time. */
const noiseSummaryEveryMs = minuteMs;

export interface ReceptionCounters {
  lines: number;
  echoes: number;
  /** Lines that nobody asked for and nobody knows: noise, or a maker's own. */
  unexpectedLines: number;
  /** Results that no command waited for: late, or doubled. */
  resultsOutOfTurn: number;
  /** Commands that were not sent because too many waited. */
  commandsTooMany: number;
  /** Values that no modem should say. */
  unreadableValues: number;
  discardedBytes: Record<DiscardReason, number>;
}

export interface ModemReception {
  line(response: Response): void;
  echo(): void;
  unexpected(): void;
  outOfTurn(): void;
  queueFull(): void;
  /** `message` holds nothing of anybody. */
  unreadable(message: string): void;
  discarded(reason: DiscardReason, bytes: number): void;
  counters(): ReceptionCounters;
  stop(): void;
}

/** Counts what comes over the line, and sums up what was of no use, at debug, at most once a minute. */
export function createReception(clock: Clock, log: Log): ModemReception {
  const counters: ReceptionCounters = {
    lines: 0,
    echoes: 0,
    unexpectedLines: 0,
    resultsOutOfTurn: 0,
    commandsTooMany: 0,
    unreadableValues: 0,
    discardedBytes: { 'not-text': 0, 'too-long': 0, 'half-line': 0 },
  };
  let lastProblem: string | undefined;
  let cancelSummary: Cancel | undefined;

  function summarizeLater(): void {
    cancelSummary ??= clock.at(clock.monotonicMs() + noiseSummaryEveryMs, () => {
      cancelSummary = undefined;
      const { discardedBytes, ...others } = counters;
      log.debug(
        { device: 'modem', ...discardedBytes, ...others, lastProblem },
        'noise on the line, sums since the start',
      );
    });
  }

  function count(counter: Exclude<keyof ReceptionCounters, 'discardedBytes'>): void {
    counters[counter] += 1;
    summarizeLater();
  }

  return {
    line() {
      counters.lines += 1;
    },
    echo() {
      counters.echoes += 1;
    },
    unexpected: () => count('unexpectedLines'),
    outOfTurn: () => count('resultsOutOfTurn'),
    queueFull: () => count('commandsTooMany'),
    unreadable(message) {
      lastProblem = message;
      count('unreadableValues');
    },
    discarded(reason, bytes) {
      counters.discardedBytes[reason] += bytes;
      summarizeLater();
    },
    counters: () => ({ ...counters, discardedBytes: { ...counters.discardedBytes } }),
    stop: () => cancelSummary?.(),
  };
}
