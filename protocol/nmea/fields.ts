import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Problem } from './problem.ts';
import type { Sentence } from './sentence.ts';

/**
 * Reads the fields of one sentence by their places, 0 behind the address. An empty field is undefined; the first one
 * that holds something else than it should is kept as the problem of the whole sentence.
 */
export interface FieldReader {
  number(at: number, what: string, range: Range): number | undefined;
  choice<Choice extends string>(at: number, what: string, choices: readonly Choice[]): Choice | undefined;
  /** `hhmmss.ss`: milliseconds since midnight, UTC. A leap second is told as the next midnight. */
  timeOfDayMs(at: number): number | undefined;
  /** `ddmmyy`. */
  date(at: number): NmeaDate | undefined;
  /** Degrees, north positive; the hemisphere stands in the field behind. */
  latitude(at: number): number | undefined;
  /** Degrees, east positive. */
  longitude(at: number): number | undefined;
  has(at: number): boolean;
  /** What was read, if every field was sound. */
  whole<Value>(value: Value): Result<Value, Problem>;
  /** Notes a problem that is not of one field alone. */
  wrong(what: string, right: string): undefined;
}

export interface NmeaDate {
  /** Two digits: the standard has no more. */
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
}

interface Range {
  least: number;
  most: number;
}

/** Digits that a number of NMEA may have on either side of its point. */
const numberPattern = /^-?\d{1,9}(\.\d{0,9})?$/u;
const timePattern = /^(\d{2})(\d{2})(\d{2})(\.\d{0,6})?$/u;
const datePattern = /^(\d{2})(\d{2})(\d{2})$/u;

export function createFieldReader({ type, fields }: Sentence): FieldReader {
  let problem: Problem | undefined;

  const at = (index: number): string => fields[index] ?? '';

  function wrong(what: string, right: string): undefined {
    problem ??= { code: 'bad-field', message: `${type}: ${what} is not as it should be; right would be ${right}` };
    return undefined;
  }

  function angle(index: number, what: string, positive: string, negative: string, limit: number): number | undefined {
    const [written, hemisphere] = [at(index), at(index + 1)];
    if (written === '' && hemisphere === '') return undefined;
    const digits = limit === 90 ? 2 : 3;
    const [, degrees, minutes] = new RegExp(`^(\\d{${digits}})(\\d{2}(?:\\.\\d{0,9})?)$`, 'u').exec(written) ?? [];
    const value = Number(degrees) + Number(minutes) / 60;
    const isSound = Number(minutes) < 60 && value <= limit && (hemisphere === positive || hemisphere === negative);
    if (!isSound) return wrong(what, `${'d'.repeat(digits)}mm.mmmm,${positive} or ${negative}`);
    return hemisphere === positive ? value : -value;
  }

  return {
    number(index, what, { least, most }) {
      const written = at(index);
      if (written === '') return undefined;
      const value = Number(written);
      if (numberPattern.test(written) && value >= least && value <= most) return value;
      return wrong(what, `a number from ${least} to ${most}`);
    },
    choice(index, what, choices) {
      const written = at(index);
      if (written === '') return undefined;
      return choices.find((one) => one === written) ?? wrong(what, `one of ${choices.join(', ')}`);
    },
    timeOfDayMs(index) {
      const written = at(index);
      if (written === '') return undefined;
      const [, hours = 24, minutes = 60, seconds = 61, fraction = '0'] = timePattern.exec(written) ?? [];
      // 23:59:60 happens when a second is inserted (ITU-R TF.460).
      if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return wrong('the time', 'hhmmss.ss');
      const wholeSeconds = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
      return wholeSeconds * 1_000 + Math.round(Number(`0${fraction}`) * 1_000);
    },
    date(index) {
      const written = at(index);
      if (written === '') return undefined;
      const [, day = 0, month = 0, year = 0] = (datePattern.exec(written) ?? []).map(Number);
      const made = new Date(Date.UTC(2000 + year, month - 1, day));
      if (made.getUTCMonth() !== month - 1 || made.getUTCDate() !== day) return wrong('the date', 'ddmmyy');
      return { year, month, day };
    },
    latitude: (index) => angle(index, 'the latitude', 'N', 'S', 90),
    longitude: (index) => angle(index, 'the longitude', 'E', 'W', 180),
    has: (index) => at(index) !== '',
    whole: (value) => (problem === undefined ? success(value) : failure(problem)),
    wrong,
  };
}

/** Whether the sentence is of the type, and has so many fields at least. */
export function checkShape({ type, fields }: Sentence, wanted: string, least: number): Result<undefined, Problem> {
  if (type !== wanted) return failure({ code: 'wrong-type', message: `this is no ${wanted} but a ${type}` });
  if (fields.length >= least) return success(undefined);
  const message = `${type}: ${fields.length} fields; right would be ${least} at least`;
  return failure({ code: 'missing-field', message });
}

/** What is known, so that what is not known is not there. */
export function present<Fields extends object>(fields: Fields): { [Key in keyof Fields]?: NonNullable<Fields[Key]> } {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The same keys, without those that are undefined.
  return Object.fromEntries(known) as { [Key in keyof Fields]?: NonNullable<Fields[Key]> };
}
