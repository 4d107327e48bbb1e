import { failure, type Result, success } from '#protocol/core/result.ts';
import { readNumber, writeNumber } from './fields.ts';
import type { Problem } from './problem.ts';

/** The answer to F (Megatec C.8): what the supply is made for. A figure that it does not know is left out. */
export interface Ratings {
  volts?: number;
  amperes?: number;
  /** Of the whole battery. */
  batteryVolts?: number;
  frequencyHz?: number;
}

const ratings = ['volts', 'amperes', 'batteryVolts', 'frequencyHz'] as const satisfies readonly (keyof Ratings)[];

/** Reads `#MMM.M QQQ SS.SS RR.R`. */
export function readRatings(text: string): Result<Ratings, Problem> {
  const fields = text.slice(1).trim().split(/ +/u);
  const read = fields.map(readNumber);
  const isRight = text.startsWith('#') && fields.length === ratings.length && read.every(({ known }) => known);
  if (!isRight) {
    const message = `${JSON.stringify(text)} are no ratings of a supply; right would be #MMM.M QQQ SS.SS RR.R`;
    return failure({ code: 'wrong-form', message });
  }
  const answer: Ratings = {};
  for (const [index, name] of ratings.entries()) {
    const field = read[index];
    if (field?.known === true && field.value !== undefined) answer[name] = field.value;
  }
  return success(answer);
}

/** Writes the answer to F. From 100 V on the battery has one digit behind its point, so that the width stays. */
export function writeRatings({ volts, amperes, batteryVolts, frequencyHz }: Ratings): string {
  const battery =
    batteryVolts !== undefined && batteryVolts >= 100
      ? writeNumber(batteryVolts, 3, 1)
      : writeNumber(batteryVolts, 2, 2);
  return `#${writeNumber(volts, 3, 1)} ${writeNumber(amperes, 3, 0)} ${battery} ${writeNumber(frequencyHz, 2, 1)}`;
}

/** The answer to I (Megatec C.9). What a model leaves blank, or fills with hyphens or at signs, is empty. */
export interface Identity {
  company: string;
  model: string;
  version: string;
}

/** The widths of the three fields, with a space between two. */
const widths = [15, 10, 10] as const;
const identityLength = 1 + widths[0] + 1 + widths[1] + 1 + widths[2];

/** Reads `#company model version`. A shorter line is read as far as it goes. */
export function readIdentity(text: string): Result<Identity, Problem> {
  if (!text.startsWith('#') || text.length > identityLength || readRatings(text).ok) {
    const message = `${JSON.stringify(text)} is no identity of a supply; right would be # and ${identityLength - 1} characters`;
    return failure({ code: 'wrong-form', message });
  }
  const part = (start: number, width: number): string => blank(text.slice(start, start + width).trim());
  const modelStart = 1 + widths[0] + 1;
  return success({
    company: part(1, widths[0]),
    model: part(modelStart, widths[1]),
    version: part(modelStart + widths[1] + 1, widths[2]),
  });
}

/** Writes the answer to I. Throws when a part is longer than its field: a slip of ours. */
export function writeIdentity({ company, model, version }: Identity): string {
  const fields = [company, model, version].map((part, index) => {
    const width = widths[index] ?? 0;
    if (part.length > width) throw new RangeError(`${JSON.stringify(part)} is longer than ${width} characters`);
    return part.padEnd(width);
  });
  return `#${fields.join(' ')}`;
}

function blank(part: string): string {
  return /^[-@]+$/u.test(part) ? '' : part;
}
