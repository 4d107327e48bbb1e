import type { Clock } from '#protocol/core/time.ts';

/** Radio repeats of one press are one press: same device, same button, within this time of its first telegram (B1.2). */
export const repeatWindowMs = 2_000;

/** Tells a press from its radio repeats. Holds one moment a button of each enrolled device, so it is bounded by them. */
export function createPressFilter(clock: Clock): { isRepeat(device: string, button: string): boolean } {
  const firstHeardMs = new Map<string, number>();
  return {
    isRepeat(device, button) {
      const key = `${device}/${button}`;
      const nowMs = clock.monotonicMs();
      const firstMs = firstHeardMs.get(key);
      if (firstMs !== undefined && nowMs - firstMs < repeatWindowMs) {
        return true;
      }
      firstHeardMs.set(key, nowMs);
      return false;
    },
  };
}
