import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Problem } from './problem.ts';

/** The values of an information line as they stood there, with their quotation marks; an omitted one is empty. */
export type Values = readonly string[];

/** More values than any line that is read here has; what follows is left with the last one. */
export const valuesLimit = 64;

/** `1,"2,3",(0-5)` → `1`, `"2,3"`, `(0-5)`: commas within quotation marks or parentheses separate nothing (V.250 5.4.2). */
export function splitValues(text: string): Values {
  const values: string[] = [];
  let from = 0;
  let quoted = false;
  let depth = 0;
  for (let at = 0; at < text.length && values.length < valuesLimit - 1; at += 1) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === ',' && depth <= 0) {
      values.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  values.push(text.slice(from).trim());
  return values;
}

/** A value in quotation marks; what stands in it has none, so they are left out. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', '')}"`;
}

export function isQuoted(value: string): boolean {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"');
}

/** A value without its quotation marks. */
export function plain(value: string): string {
  return isQuoted(value) ? value.slice(1, -1) : value;
}

/** Reads a value that is a whole number, decimal, perhaps negative, perhaps in quotation marks. */
export function readWhole(line: string, values: Values, index: number): Result<number, Problem> {
  const value = values[index];
  if (value === undefined) {
    const message = `${line}: ${values.length} values; right would be ${index + 1} at least`;
    return failure({ code: 'too-few-values', message });
  }
  const text = plain(value);
  if (!/^-?\d{1,9}$/u.test(text)) {
    return failure({ code: 'unknown-value', message: `${line}: value ${index + 1} is no whole number` });
  }
  return success(Number(text));
}

/** The list that a test command answers with, for example `(0-5)` or `(0,1,2)`: its least and its greatest number. */
export function readRange(value: string | undefined): { least: number; greatest: number } | undefined {
  const numbers = /^\([\d,\s-]+\)$/u.test(value ?? '') ? (value?.match(/\d{1,9}/gu) ?? []).map(Number) : [];
  return numbers.length === 0 ? undefined : { least: Math.min(...numbers), greatest: Math.max(...numbers) };
}
