import { readClock } from '#protocol/at/statusClock.ts';
import { type Cancel, type Clock, hourMs } from '#protocol/core/time.ts';
import type { ModemReception } from './reception.ts';
import { type Ask, valuesOf } from './steps.ts';

/** The modem's clock runs by itself once the network has set it. */
const askEveryMs = hourMs;

/** A clock that shows less was never set by a network: modems start in 1970, 1980 or 2004. */
export const earliestBelievedMs = Date.UTC(2024, 0, 1);

export interface NetworkClock {
  /** The modem is registered, or has been told the time. */
  askNow(): void;
  stop(): void;
}

/** The modem's network clock (B12.3): asked for at each registration, when the network has told it, and hourly. */
export function createNetworkClock(
  clock: Clock,
  ask: Ask,
  reception: ModemReception,
  told: (wallMs: number) => void,
): NetworkClock {
  let isAsking = false;
  let cancel: Cancel = () => {};

  function askNow(): void {
    if (isAsking) return;
    isAsking = true;
    ask('look', { line: 'AT+CCLK?', prefix: '+CCLK', mustTell: true }, (outcome) => {
      isAsking = false;
      if (outcome.is !== 'ok' && outcome.is !== 'refused') return;
      cancel();
      cancel = clock.at(clock.monotonicMs() + askEveryMs, askNow);
      if (outcome.is !== 'ok') return;
      const read = readClock(valuesOf(outcome.lines));
      if (!read.ok) reception.unreadable(read.problem.message);
      else if (read.value >= earliestBelievedMs) told(read.value);
    });
  }

  return { askNow, stop: () => cancel() };
}
