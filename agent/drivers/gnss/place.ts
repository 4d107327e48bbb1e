import type { Position } from '#agent/hub/devices.ts';
import { distanceM, type Place } from '#protocol/core/distance.ts';
import { type Cancel, type Clock, minuteMs, secondMs } from '#protocol/core/time.ts';
import { fixQualities, type Gga } from '#protocol/nmea/gga.ts';

/** A fix older than this is no position any more: whoever carries the hub may be half a kilometre on. */
export const fixAgeLimitMs = 30 * secondMs;
/**
 * A receiver that stands still says another place each second, metres apart, more so indoors. Only a move of so much is
 * told at once; it is what a helper sees from where he stands.
 */
export const worthTellingM = 20;
/** A place that stays is told again so often: an alarm carries the time beside it (B1.6), which is then no older. */
export const tellAgainEveryMs = minuteMs;
/**
 * From one sentence to the next nobody gets further. What lies beyond has to be said twice: the checksum lets one in
 * 256 sentences pass that noise has changed, and a receiver's first fix may be far off.
 */
export const credibleStepM = 500;
/** Above it a fix is off by hundreds of metres. */
export const hdopLimit = 20;

/** Measured now. What is estimated, typed in or simulated would send a helper to where nobody is. */
const measuredQualities: readonly number[] = [
  fixQualities.gps,
  fixQualities.differential,
  fixQualities.precise,
  fixQualities.realTimeKinematic,
  fixQualities.floatRealTimeKinematic,
];

export interface PlaceWatch {
  /** A GGA came, in this sentence. Returns whether it is a fix that counts. */
  heard(gga: Gga, text: string): boolean;
  /** So long no fix is expected, beside the limit of its age. */
  expectPauses(pauseMs: number): void;
  /** Where the hub is is not known any more. */
  forget(): void;
  stop(): void;
}

/** Makes of a fix a second what is worth telling: a place at a change, and that it is not known any more. */
export function createPlaceWatch(clock: Clock, tell: (position: Position | undefined) => void): PlaceWatch {
  let before: Place | undefined;
  let told: (Place & { atMs: number }) | undefined;
  let pauseMs = 0;
  let cancelAge: Cancel = () => undefined;

  function forget(): void {
    cancelAge();
    before = undefined;
    if (told === undefined) return;
    told = undefined;
    tell(undefined);
  }

  function isWorthTelling(place: Place): boolean {
    if (told === undefined || clock.monotonicMs() - told.atMs >= tellAgainEveryMs) return true;
    return distanceM(told, place) >= worthTellingM;
  }

  return {
    heard(gga, text) {
      const place = placeOf(gga);
      if (place === undefined) return false;
      const isCredible = before !== undefined && distanceM(before, place) <= credibleStepM;
      before = place;
      if (!isCredible) return false;
      cancelAge();
      cancelAge = clock.at(clock.monotonicMs() + fixAgeLimitMs + pauseMs, forget);
      if (!isWorthTelling(place)) return true;
      told = { ...place, atMs: clock.monotonicMs() };
      tell({ ...place, gga: text });
      return true;
    },
    expectPauses(pauses) {
      // Until the next fix has come, the old limit counts where it is the longer one.
      pauseMs = pauses;
    },
    forget,
    stop: () => cancelAge(),
  };
}

function placeOf({ quality, latitude, longitude, hdop }: Gga): Place | undefined {
  if (!measuredQualities.includes(quality) || latitude === undefined || longitude === undefined) return undefined;
  return hdop !== undefined && hdop > hdopLimit ? undefined : { latitude, longitude };
}
