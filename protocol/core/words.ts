import { nearest } from './nearest.ts';
import { printable } from './printable.ts';
import { failure, type Result, success } from './result.ts';

/** Words that a person types to what runs: a table says how each is written, what it does, and does it. */

/** Characters that a line of words may have; a longer one is none of a person. */
export const lineLengthLimit = 200;

/** What words have done: for people, and the fields for machines. */
export interface Answer {
  text: string;
  [field: string]: unknown;
}

/** A word of the language: how it is written, what it does, and the doing. The problem is for people. */
export interface Word {
  usage: string;
  does: string;
  perform(rest: readonly string[]): Result<Answer, string>;
}

export type Words = Readonly<Record<string, Word>>;

/** Does what a line of words says. The problem says what was wrong and which word was most likely meant. */
export function obeyWords(words: Words, line: string, limit = lineLengthLimit): Result<Answer, string> {
  const done = obey(words, line, limit);
  return done.ok ? done : failure(printable(done.problem));
}

function obey(words: Words, line: string, limit: number): Result<Answer, string> {
  if (line.length > limit) return failure(`a command has at most ${limit} characters`);
  const [first = '', ...rest] = line.trim().split(/\s+/u);
  if (first === '') return failure('nothing was said; help lists the words');
  if (first === 'help' && rest.length === 0) return success({ text: helpOn(words) });
  const word = Object.hasOwn(words, first) ? words[first] : undefined;
  if (word === undefined) {
    return failure(`there is no word ${JSON.stringify(first)}; ${hint(first, [...Object.keys(words), 'help'])}`);
  }
  const done = word.perform(rest);
  return done.ok ? done : failure(`${done.problem}; usage: ${word.usage}`);
}

/** The words, how they are written and what they do, for people. */
function helpOn(words: Words): string {
  const all = [...Object.values(words), { usage: 'help', does: 'these words' }];
  const width = Math.max(...all.map(({ usage }) => usage.length));
  return all.map(({ usage, does }) => `${usage.padEnd(width)}  ${does}`).join('\n');
}

/** What to say of a word that is none of those known: the one it was most likely meant to be, or all of them. */
export function hint(word: string, known: readonly string[]): string {
  const suggestion = nearest(word, known);
  return suggestion === undefined ? `known are ${known.join(', ')}` : `did you mean ${suggestion}?`;
}

/** A word that stands alone. */
export function bare(usage: string, does: string, perform: () => Result<Answer, string>): Word {
  return { usage, does, perform: (rest) => nothingMore(rest, perform) };
}

/** A word with one of a few words behind it. */
export function choice<Choice extends string>(
  word: string,
  choices: readonly Choice[],
  does: string,
  perform: (chosen: Choice) => Result<Answer, string>,
): Word {
  return {
    usage: `${word} ${choices.join(' | ')}`,
    does,
    perform([said = '', ...rest]) {
      const chosen = choices.find((one) => one === said);
      if (chosen === undefined) return failure(`${word}: there is no ${JSON.stringify(said)}; ${hint(said, choices)}`);
      return nothingMore(rest, () => perform(chosen));
    },
  };
}

/** Refuses what stands behind a word that has all that belongs to it. */
export function nothingMore(
  [surplus]: readonly string[],
  perform: () => Result<Answer, string>,
): Result<Answer, string> {
  return surplus === undefined ? perform() : failure(`${JSON.stringify(surplus)} is one word too many`);
}
