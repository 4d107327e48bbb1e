import type { Clock } from '#protocol/core/time.ts';
import { isGgaForRecord, type ReportRecord } from '#protocol/mqtt/record.ts';
import type { Position } from './devices.ts';

/** A position and when it was told, by the monotonic clock: the other one may be set, or jump, before it is sent (B12.1). */
export interface Sighting {
  position: Position;
  atMonotonicMs: number;
}

export function sightingOf(position: Position, clock: Clock): Sighting {
  return { position, atMonotonicMs: clock.monotonicMs() };
}

/** A position as a record has it (B1.6), with the time at which it was told as far as anybody knows it now. */
export function geoOf({ position, atMonotonicMs }: Sighting, clock: Clock): NonNullable<ReportRecord['lge']> {
  const { latitude, longitude, gga } = position;
  const geo = `${latitude.toFixed(6)},${longitude.toFixed(6)}`;
  const atMs = clock.wallMs() - (clock.monotonicMs() - atMonotonicMs);
  return { geo, tim: new Date(atMs).toISOString(), ...(gga !== undefined && isGgaForRecord(gga) ? { gga } : {}) };
}
