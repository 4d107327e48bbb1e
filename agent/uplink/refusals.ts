import type { Log, LogFields } from '#protocol/core/log.ts';
import { type Clock, minuteMs } from '#protocol/core/time.ts';

/** One line a minute for each kind of refusal: a flood of bad messages fills no log (B15.3). */
const lineEveryMs = minuteMs;

/** Why something is not taken: the code is one of a closed set, the message for people. */
export interface Refusal {
  code: string;
  message: string;
}

export interface Refusals {
  /** Counts what was refused, and logs it unless that kind was logged within the last minute. */
  refuse(problem: Refusal, fields: LogFields): void;
  counts(): Readonly<Record<string, number>>;
}

/** Counts what came over a wire and was not taken, by the problem's code: a closed set, so the counters are bounded. */
export function createRefusals(clock: Clock, log: Log): Refusals {
  const counts: Record<string, number> = {};
  const loggedAtMs = new Map<string, number>();
  return {
    refuse({ code, message }, fields) {
      const count = (counts[code] ?? 0) + 1;
      counts[code] = count;
      const lastMs = loggedAtMs.get(code);
      if (lastMs === undefined || clock.monotonicMs() - lastMs >= lineEveryMs) {
        loggedAtMs.set(code, clock.monotonicMs());
        log.warn({ ...fields, code, count }, `refused: ${message}`);
      }
    },
    counts: () => counts,
  };
}
