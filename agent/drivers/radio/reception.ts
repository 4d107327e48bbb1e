import type { Log } from '#protocol/core/log.ts';
import type { Result } from '#protocol/core/result.ts';
import { type Cancel, type Clock, minuteMs } from '#protocol/core/time.ts';
import type { Message } from '#protocol/esp3/messages.ts';
import type { DiscardReason } from '#protocol/esp3/parser.ts';
import type { Problem } from '#protocol/esp3/problem.ts';

/** However noisy a line is, it costs one line of the log in this time. */
const noiseSummaryEveryMs = minuteMs;

export interface ReceptionCounters {
  /** Packets with sound checksums, of any kind. */
  frames: number;
  telegrams: number;
  responses: number;
  /** What the module said unasked, for example that it has started. */
  events: number;
  /** Packets of types that this hub does not know, and packets of known types that do not hold what they should. */
  unknownPackets: number;
  undecodableMessages: number;
  discardedBytes: Record<DiscardReason, number>;
}

export interface Reception {
  message(message: Result<Message, Problem>): void;
  discarded(reason: DiscardReason, bytes: number): void;
  counters(): ReceptionCounters;
  stop(): void;
}

/** Counts what comes over the line, and sums up what was no telegram, at debug, at most once a minute. */
export function createReception(clock: Clock, log: Log): Reception {
  const counters: ReceptionCounters = {
    frames: 0,
    telegrams: 0,
    responses: 0,
    events: 0,
    unknownPackets: 0,
    undecodableMessages: 0,
    discardedBytes: {
      'no-start': 0,
      'bad-header-checksum': 0,
      'bad-data-checksum': 0,
      'too-long': 0,
      'no-data': 0,
      'half-frame': 0,
    },
  };
  let lastProblem: string | undefined;
  let cancelSummary: Cancel | undefined;

  function summarizeLater(): void {
    cancelSummary ??= clock.at(clock.monotonicMs() + noiseSummaryEveryMs, () => {
      cancelSummary = undefined;
      const { discardedBytes, unknownPackets, undecodableMessages } = counters;
      const sums = { ...discardedBytes, unknownPackets, undecodableMessages };
      log.debug({ device: 'radio', ...sums, lastProblem }, 'noise on the line, sums since the start');
    });
  }

  function countMessage(message: Message): void {
    if (message.type === 'radio') counters.telegrams += 1;
    else if (message.type === 'response') counters.responses += 1;
    else if (message.type === 'event') counters.events += 1;
    // A module does not command its host: this one echoes, or the line is crossed.
    else countProblem('undecodableMessages', 'a command came from the module');
  }

  function countProblem(counter: 'unknownPackets' | 'undecodableMessages', problem: string): void {
    counters[counter] += 1;
    lastProblem = problem;
    summarizeLater();
  }

  return {
    message(message) {
      counters.frames += 1;
      if (message.ok) countMessage(message.value);
      else if (message.problem.code === 'unknown-packet-type') countProblem('unknownPackets', message.problem.message);
      else countProblem('undecodableMessages', message.problem.message);
    },
    discarded(reason, bytes) {
      counters.discardedBytes[reason] += bytes;
      summarizeLater();
    },
    counters: () => ({ ...counters, discardedBytes: { ...counters.discardedBytes } }),
    stop: () => cancelSummary?.(),
  };
}
