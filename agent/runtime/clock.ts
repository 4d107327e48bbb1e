import { existsSync } from 'node:fs';
import { earliestWallMs } from '#agent/hub/time/hubTime.ts';
import type { Cancel, Clock } from '#protocol/core/time.ts';

/** The longest that Node's timers can wait; a longer delay would fire at once. */
const longestDelayMs = 2 ** 31 - 1;

/**
 * systemd-timesyncd makes this file when it has set the clock from the network since the machine started, and
 * systemd-time-wait-sync, which goes with chrony and others, when the kernel says that the clock is synchronised.
 */
const synchronizedFile = '/run/systemd/timesync/synchronized';

export interface RealClockOptions {
  /** The file whose presence says that the wall clock was set from the network since the machine started. */
  synchronizedFile?: string;
}

/**
 * The machine's own clock. `monotonicMs` counts from the start of the machine (Linux: CLOCK_MONOTONIC), so that two
 * programs, or two runs of one, can compare times within one boot.
 *
 * The wall clock is trusted when the file above is there. Without native code the kernel's own flag (adjtimex) cannot be
 * read, so that on a machine with another time service it counts as untrusted: an untrusted clock never stands in the
 * way of an alarm (B12.3), a wrongly trusted one would put wrong times into the proof of a visit (H10).
 */
export function createRealClock(options: RealClockOptions = {}): Clock {
  const synchronized = options.synchronizedFile ?? synchronizedFile;
  const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;

  function at(dueMs: number, action: () => void): Cancel {
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      const leftMs = dueMs - monotonicMs();
      // Node rounds down, so a timer may fire a moment early: then it waits for the rest.
      timer = setTimeout(fire, Math.min(Math.max(0, Math.ceil(leftMs)), longestDelayMs));
    };
    const fire = (): void => {
      if (monotonicMs() < dueMs) wait();
      else action();
    };
    wait();
    return () => clearTimeout(timer);
  }

  return {
    monotonicMs,
    wallMs: () => Date.now(),
    wallTrusted: () => Date.now() >= earliestWallMs && existsSync(synchronized),
    at,
  };
}
