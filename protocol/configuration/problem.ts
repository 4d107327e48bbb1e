import { printable } from '#protocol/core/printable.ts';

/** What is wrong with a configuration, and where in it. Whoever read the text knows the line and the column. */
export interface DocumentProblem {
  /** The keys and list places that lead there. */
  path: readonly (string | number)[];
  /** Whether the key itself is wrong or what it holds. */
  at: 'key' | 'value';
  /** What is wrong and what would be right. */
  message: string;
}

/** A path as people write it: `accessories[2].id`. */
export function pathName(path: readonly (string | number)[]): string {
  let name = '';
  for (const step of path) {
    if (typeof step === 'number') name += `[${step + 1}]`;
    else name += name === '' ? step : `.${step}`;
  }
  return name;
}

const quoteLimit = 60;

/** Shows a value from outside: shortened, without what could steer a terminal, and without a url's user and password. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  // Not as JSON, which has no word for what is too great for a number.
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value !== 'string') return `the ${typeof value} ${JSON.stringify(value)}`;
  const open = withoutUser(value);
  return printable(JSON.stringify(open.length > quoteLimit ? `${open.slice(0, quoteLimit)}…` : open));
}

/** The last `@` and what is behind it, and the scheme; a url is recognised by `@` alone, for it may be written wrongly. */
function withoutUser(text: string): string {
  const [begin, end] = [text.indexOf('://'), text.lastIndexOf('@')];
  if (end === -1) return text;
  return begin === -1 || end < begin ? `…${text.slice(end)}` : `${text.slice(0, begin)}://…${text.slice(end)}`;
}
