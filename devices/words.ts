import { nearest } from '#protocol/core/nearest.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Front } from './behaviours/behaviour.ts';
import { type FaultName, faults } from './behaviours/faults.ts';
import type { Connector } from './line/wire.ts';

/** Characters that a line of words may have; a longer one is none of a person. */
export const lineLengthLimit = 200;

/** What words have done: for people, and the fields for machines. */
export interface Answer {
  text: string;
  [field: string]: unknown;
}

/** A word of a device's language: how it is written, what it does, and the doing. The problem is for people. */
export interface Word {
  usage: string;
  does: string;
  perform(rest: readonly string[]): Result<Answer, string>;
}

export type Words = Readonly<Record<string, Word>>;

/** Does what a line of words says. The problem says what was wrong and which word was most likely meant. */
export function obeyWords(words: Words, line: string): Result<Answer, string> {
  if (line.length > lineLengthLimit) return failure(`a command has at most ${lineLengthLimit} characters`);
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

/** A word with one number behind it; `range` in `unit`, which may be written behind the number. */
export function number(
  word: string,
  { least, most, unit }: { least: number; most: number; unit: string },
  does: string,
  perform: (value: number) => Result<Answer, string>,
): Word {
  return {
    usage: `${word} N`,
    does,
    perform([said = '', ...rest]) {
      const written = said.endsWith(unit) ? said.slice(0, said.length - unit.length) : said;
      const value = Number(written);
      if (!/^-?\d{1,9}(\.\d{1,9})?$/u.test(written) || value < least || value > most) {
        return failure(`${word} takes a number from ${least} to ${most} ${unit}, not ${JSON.stringify(said)}`);
      }
      return nothingMore(rest, () => perform(value));
    },
  };
}

/** What every device can be told: to misbehave, and to be pulled out and put back. */
export interface CommonOptions {
  /** What people call it: "receiver", "modem". */
  noun: string;
  front: Front;
  /** Its power, by its plug. */
  power(on: boolean): void;
  connector?: Connector;
  onPlug?(on: boolean): void;
}

/** `fault`, `unplug` and `plug`, the same for every device. */
export function commonWords({ noun, front, power, connector, onPlug }: CommonOptions): Words {
  function plug(on: boolean): Result<Answer, string> {
    if (connector === undefined) return failure(`this ${noun} has no connector to pull`);
    power(on);
    if (on) connector.plug();
    else connector.unplug();
    onPlug?.(on);
    return success({ text: on ? `the ${noun} is plugged in` : `the ${noun} is unplugged` });
  }
  return {
    fault: {
      usage: 'fault NAME | none',
      does: `the ${noun} misbehaves: ${Object.keys(faults).join(', ')}`,
      perform: ([fault = '', ...rest]) => nothingMore(rest, () => misbehave(front, fault)),
    },
    unplug: bare('unplug', `the ${noun} is pulled out`, () => plug(false)),
    plug: bare('plug', 'and put back', () => plug(true)),
  };
}

/** Puts a fault in front of a device by its name, or takes all away (`none`). */
export function misbehave(front: Front, fault: string): Result<Answer, string> {
  if (fault !== 'none' && !isFault(fault)) {
    return failure(`there is no fault ${JSON.stringify(fault)}; ${hint(fault, [...Object.keys(faults), 'none'])}`);
  }
  if (fault === 'none') front.clear();
  else if (!front.put(fault, faults[fault])) return failure('too many faults at once; fault none takes them away');
  return success({ text: `faults: ${front.names().join(', ') || 'none'}` });
}

function isFault(word: string): word is FaultName {
  return Object.hasOwn(faults, word);
}

function nothingMore([surplus]: readonly string[], perform: () => Result<Answer, string>): Result<Answer, string> {
  return surplus === undefined ? perform() : failure(`${JSON.stringify(surplus)} is one word too many`);
}
