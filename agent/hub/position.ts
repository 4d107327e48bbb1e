import type { ReportRecord } from '#protocol/mqtt/record.ts';
import type { Position } from './devices.ts';

/** A position as a record has it (B1.6); `atMs` is when it was taken, milliseconds since 1970. */
export function geoOf({ latitude, longitude, gga }: Position, atMs: number): NonNullable<ReportRecord['lge']> {
  const geo = `${latitude.toFixed(6)},${longitude.toFixed(6)}`;
  return { geo, tim: new Date(atMs).toISOString(), ...(gga === undefined ? {} : { gga }) };
}
