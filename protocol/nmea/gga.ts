import type { Result } from '#protocol/core/result.ts';
import { checkShape, createFieldReader, present } from './fields.ts';
import { type Decimals, formatAngle, formatNumber, formatTime } from './format.ts';
import type { Problem } from './problem.ts';
import { formatSentence, type Sentence } from './sentence.ts';

/** What a position is worth (NMEA 0183, GGA, field 6). */
export const fixQualities = {
  none: 0,
  gps: 1,
  differential: 2,
  precise: 3,
  realTimeKinematic: 4,
  floatRealTimeKinematic: 5,
  estimated: 6,
  manual: 7,
  simulated: 8,
} as const;

/** GGA: a fix, what it is worth, and the height. What the receiver does not know is left out. */
export interface Gga {
  /** Milliseconds since midnight, UTC. */
  timeOfDayMs?: number;
  /** Degrees, WGS 84. Both are there, or none. */
  latitude?: number;
  longitude?: number;
  /** {@link fixQualities}. */
  quality: number;
  satellites?: number;
  /** Horizontal dilution of precision: 1 is good, 20 is useless. */
  hdop?: number;
  /** Metres above the sea. */
  altitudeM?: number;
  /** Metres from the ellipsoid up to the sea. */
  geoidSeparationM?: number;
}

export function readGga(sentence: Sentence): Result<Gga, Problem> {
  const shape = checkShape(sentence, 'GGA', 11);
  if (!shape.ok) return shape;
  const fields = createFieldReader(sentence);
  const quality = fields.number(5, 'the quality', { least: 0, most: 8 }) ?? 0;
  const [latitude, longitude] = [fields.latitude(1), fields.longitude(3)];
  if ((latitude === undefined) !== (longitude === undefined)) fields.wrong('the position', 'both angles, or none');
  if (quality > 0 && latitude === undefined) fields.wrong('the position', 'a position where there is a fix');
  return fields.whole({
    quality,
    ...present({
      timeOfDayMs: fields.timeOfDayMs(0),
      latitude,
      longitude,
      satellites: fields.number(6, 'the number of satellites', { least: 0, most: 99 }),
      hdop: fields.number(7, 'the dilution', { least: 0, most: 100 }),
      altitudeM: fields.number(8, 'the height', { least: -10_000, most: 100_000 }),
      geoidSeparationM: fields.number(10, 'the geoid separation', { least: -200, most: 200 }),
    }),
  });
}

/** The sentence, without line end. `decimals` of seconds and of minutes of an angle. */
export function formatGga(talker: string, gga: Gga, decimals: Decimals): string {
  return formatSentence(`${talker}GGA`, [
    formatTime(gga.timeOfDayMs, decimals.time),
    ...formatAngle(gga.latitude, 'NS', 2, decimals.angle),
    ...formatAngle(gga.longitude, 'EW', 3, decimals.angle),
    String(gga.quality),
    gga.satellites === undefined ? '' : String(gga.satellites).padStart(2, '0'),
    formatNumber(gga.hdop, decimals.dilution),
    ...withUnit(gga.altitudeM),
    ...withUnit(gga.geoidSeparationM),
    '',
    '',
  ]);
}

function withUnit(metres: number | undefined): string[] {
  return metres === undefined ? ['', ''] : [formatNumber(metres, 1), 'M'];
}
