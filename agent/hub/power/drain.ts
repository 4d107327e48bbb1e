import { type Clock, hourMs } from '#protocol/core/time.ts';

/**
 * A gauge that falls by more at once has corrected itself, or another battery was put in: that is no drain. Gauges with
 * steps as coarse as this are measured still.
 */
export const stepLimitPercent = 5;

/** How much a new measurement counts against those before: noise goes, and a change shows within some steps. */
const newest = 0.25;

/** How fast the battery empties, measured from one step of its gauge to the next while the hub runs on it (B6.3). */
export interface Drain {
  /** What the gauge shows now, and whether the hub runs on it. */
  reading(chargePercent: number, isDraining: boolean): void;
  percentPerHour(): number;
}

/** It begins with what was measured before, or what is to be expected. */
export function createDrain(clock: Clock, beginPercentPerHour: number): Drain {
  let percentPerHour = beginPercentPerHour;
  let lastPercent: number | undefined;
  /** When the gauge took its last step. The first of them says nothing: nobody knows where within it the hub began. */
  let stepMs: number | undefined;

  return {
    reading(chargePercent, isDraining) {
      const nowMs = clock.monotonicMs();
      const fell = (lastPercent ?? chargePercent) - chargePercent;
      if (!isDraining || fell < 0 || fell > stepLimitPercent) {
        stepMs = undefined;
      } else if (fell > 0) {
        if (stepMs !== undefined && nowMs > stepMs) {
          const measured = (fell * hourMs) / (nowMs - stepMs);
          percentPerHour += newest * (measured - percentPerHour);
        }
        stepMs = nowMs;
      }
      lastPercent = chargePercent;
    },
    percentPerHour: () => percentPerHour,
  };
}
