import type { Result } from '#protocol/core/result.ts';
import { checkShape, createFieldReader, present } from './fields.ts';
import { formatNumber, twoDigits } from './format.ts';
import type { Problem } from './problem.ts';
import { formatSentence, type Sentence } from './sentence.ts';

/** GSA: which satellites the fix is made of. */
export interface Gsa {
  /** 1 none, 2 flat, 3 with height. */
  fix: 1 | 2 | 3;
  /** Their numbers, twelve at most. */
  satellites: readonly number[];
  pdop?: number;
  hdop?: number;
  vdop?: number;
}

/** GSV: satellites in view, four at most in each of several sentences. */
export interface Gsv {
  /** How many sentences there are, and which this is, from 1. */
  messages: number;
  message: number;
  inView: number;
  satellites: readonly SatelliteInView[];
}

export interface SatelliteInView {
  id: number;
  elevationDegrees?: number;
  azimuthDegrees?: number;
  /** Signal to noise, dB Hz; left out where it is not tracked. */
  signalDbHz?: number;
}

const satellitesOfGsa = 12;
export const satellitesOfGsv = 4;
const idRange = { least: 0, most: 999 };
const dilutionRange = { least: 0, most: 100 };

export function readGsa(sentence: Sentence): Result<Gsa, Problem> {
  const shape = checkShape(sentence, 'GSA', 14);
  if (!shape.ok) return shape;
  const fields = createFieldReader(sentence);
  const fix = fields.choice(1, 'the fix', ['1', '2', '3']) ?? '1';
  const ids = Array.from({ length: satellitesOfGsa }, (_, index) => fields.number(2 + index, 'a satellite', idRange));
  return fields.whole({
    fix: fix === '1' ? 1 : fix === '2' ? 2 : 3,
    satellites: ids.filter((id) => id !== undefined),
    ...present({
      pdop: fields.number(14, 'the dilution', dilutionRange),
      hdop: fields.number(15, 'the horizontal dilution', dilutionRange),
      vdop: fields.number(16, 'the vertical dilution', dilutionRange),
    }),
  });
}

export function formatGsa(talker: string, { fix, satellites, pdop, hdop, vdop }: Gsa, decimals: number): string {
  const ids = Array.from({ length: satellitesOfGsa }, (_, index) => twoDigits(satellites[index]));
  const dilutions = [pdop, hdop, vdop].map((value) => formatNumber(value, decimals));
  return formatSentence(`${talker}GSA`, ['A', String(fix), ...ids, ...dilutions]);
}

export function readGsv(sentence: Sentence): Result<Gsv, Problem> {
  const shape = checkShape(sentence, 'GSV', 3);
  if (!shape.ok) return shape;
  const fields = createFieldReader(sentence);
  // Since NMEA 0183 4.10 the signal's number stands behind the last satellite.
  const count = Math.min(satellitesOfGsv, Math.floor((sentence.fields.length - 3) / 4));
  const satellites = Array.from({ length: count }, (_, index) => {
    const at = 3 + index * 4;
    return {
      id: fields.number(at, 'a satellite', idRange) ?? 0,
      ...present({
        elevationDegrees: fields.number(at + 1, 'an elevation', { least: -90, most: 90 }),
        azimuthDegrees: fields.number(at + 2, 'an azimuth', { least: 0, most: 360 }),
        signalDbHz: fields.number(at + 3, 'a signal', { least: 0, most: 99 }),
      }),
    };
  });
  return fields.whole({
    messages: fields.number(0, 'the number of sentences', { least: 0, most: 99 }) ?? 0,
    message: fields.number(1, 'which sentence it is', { least: 0, most: 99 }) ?? 0,
    inView: fields.number(2, 'the number of satellites', idRange) ?? 0,
    // A receiver pads its last sentence with empty places.
    satellites: satellites.filter(({ id }) => id > 0),
  });
}

export function formatGsv(talker: string, { messages, message, inView, satellites }: Gsv): string {
  const places = satellites.flatMap(({ id, elevationDegrees, azimuthDegrees, signalDbHz }) => [
    twoDigits(id),
    twoDigits(elevationDegrees),
    azimuthDegrees === undefined ? '' : String(azimuthDegrees).padStart(3, '0'),
    twoDigits(signalDbHz),
  ]);
  return formatSentence(`${talker}GSV`, [String(messages), String(message), twoDigits(inView), ...places]);
}
