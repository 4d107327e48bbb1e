import { earliestWallMs, latestWallMs } from '#agent/hub/time/hubTime.ts';
import { type Clock, minuteMs, secondMs } from '#protocol/core/time.ts';
import { type Rmc, satelliteWallMs } from '#protocol/nmea/rmc.ts';

/** The hub has a clock of its own between: it is told so often. */
export const timeEveryMs = minuteMs;
/** Two sentences agree when the clocks of both lie so close together: one may have waited on its way. */
export const agreementMs = 2 * secondMs;

export interface SatelliteTime {
  /** Returns whether the sentence held a time that counts. */
  heard(rmc: Rmc): boolean;
  /** Times before this software was written, or after its end. */
  refused(): number;
}

/**
 * Takes the time from a receiver with a fix (B12.3). Satellites count weeks with ten bits, and a receiver that is too old
 * or too new for its table is off by 1,024 weeks: a year before this software's own is no time. And as with places, two
 * in a row must agree.
 */
export function createSatelliteTime(clock: Clock, tell: (wallMs: number) => void): SatelliteTime {
  let offsetBeforeMs: number | undefined;
  let toldAtMs: number | undefined;
  let refused = 0;

  return {
    heard(rmc) {
      const wallMs = satelliteWallMs(rmc);
      if (wallMs === undefined) return false;
      if (wallMs < earliestWallMs || wallMs >= latestWallMs) {
        refused += 1;
        return false;
      }
      const nowMs = clock.monotonicMs();
      const offsetMs = wallMs - nowMs;
      const agrees = offsetBeforeMs !== undefined && Math.abs(offsetMs - offsetBeforeMs) <= agreementMs;
      offsetBeforeMs = offsetMs;
      if (!agrees) return false;
      if (toldAtMs !== undefined && nowMs - toldAtMs < timeEveryMs) return true;
      toldAtMs = nowMs;
      tell(wallMs);
      return true;
    },
    refused: () => refused,
  };
}
