import type { Result } from '#protocol/core/result.ts';
import { checkShape, createFieldReader, type NmeaDate, present } from './fields.ts';
import { type Decimals, formatAngle, formatNumber, formatTime, twoDigits } from './format.ts';
import type { Problem } from './problem.ts';
import { formatSentence, type Sentence } from './sentence.ts';

/** How a position came about (NMEA 0183, RMC, field 12): E is estimated, M typed in, S simulated, N none. */
export const fixModes = ['A', 'D', 'E', 'F', 'M', 'N', 'P', 'R', 'S'] as const;

export type FixMode = (typeof fixModes)[number];

/** RMC: time and date, position and movement. What the receiver does not know is left out. */
export interface Rmc {
  /** Whether the receiver vouches for what follows. */
  valid: boolean;
  /** Milliseconds since midnight, UTC. */
  timeOfDayMs?: number;
  date?: NmeaDate;
  latitude?: number;
  longitude?: number;
  speedKnots?: number;
  courseDegrees?: number;
  /** Since NMEA 0183 2.3; older receivers leave it out. */
  mode?: FixMode;
}

export function readRmc(sentence: Sentence): Result<Rmc, Problem> {
  const shape = checkShape(sentence, 'RMC', 9);
  if (!shape.ok) return shape;
  const fields = createFieldReader(sentence);
  return fields.whole({
    valid: fields.choice(1, 'the status', ['A', 'V']) === 'A',
    ...present({
      timeOfDayMs: fields.timeOfDayMs(0),
      date: fields.date(8),
      latitude: fields.latitude(2),
      longitude: fields.longitude(4),
      speedKnots: fields.number(6, 'the speed', { least: 0, most: 100_000 }),
      courseDegrees: fields.number(7, 'the course', { least: 0, most: 360 }),
      mode: fields.choice(11, 'the mode', fixModes),
    }),
  });
}

/** The sentence, without line end. Without a mode it is one of before NMEA 0183 2.3. */
export function formatRmc(talker: string, rmc: Rmc, decimals: Decimals): string {
  const { date } = rmc;
  return formatSentence(`${talker}RMC`, [
    formatTime(rmc.timeOfDayMs, decimals.time),
    rmc.valid ? 'A' : 'V',
    ...formatAngle(rmc.latitude, 'NS', 2, decimals.angle),
    ...formatAngle(rmc.longitude, 'EW', 3, decimals.angle),
    formatNumber(rmc.speedKnots, 3),
    formatNumber(rmc.courseDegrees, 2),
    date === undefined ? '' : twoDigits(date.day) + twoDigits(date.month) + twoDigits(date.year),
    '',
    '',
    ...(rmc.mode === undefined ? [] : [rmc.mode]),
  ]);
}

/**
 * The time that satellites told, milliseconds since 1970; undefined where they told none. It is a time only if the
 * position is measured: without, receivers tell what their own clock believes, or nothing. The standard's year has two
 * digits; satellites have flown since 1980, and no receiver of then is bought today, so that it is one from 2000 on.
 */
export function satelliteWallMs({ valid, mode, timeOfDayMs, date }: Rmc): number | undefined {
  const measured = valid && (mode === undefined || measuredModes.includes(mode));
  if (!measured || timeOfDayMs === undefined || date === undefined) return undefined;
  return Date.UTC(2000 + date.year, date.month - 1, date.day) + timeOfDayMs;
}

const measuredModes: readonly FixMode[] = ['A', 'D', 'F', 'P', 'R'];
