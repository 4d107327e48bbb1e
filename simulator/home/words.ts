import { readYaml } from '#protocol/configuration/yamlText.ts';
import { parseRadioCommand, type RadioCommand, radioWords } from '#devices/radio/commands.ts';
import { parseDuration } from '#protocol/core/duration.ts';
import { nearest } from '#protocol/core/nearest.ts';
import { printable } from '#protocol/core/printable.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { checkDocument, isObject } from '#simulator/scenario/document.ts';
import { homeChecks } from '#simulator/scenario/homeNames.ts';
import type { Home as Household } from '#simulator/scenario/hubLayer.ts';
import { stepWords } from '#simulator/scenario/schema.ts';
import { actionWords } from '#simulator/scenario/words/words.ts';
import type { Action } from '#simulator/world/action.ts';

/** What the prompt can do beside what scenarios and the radio can. */
export const ownWords = ['journal', 'counters', 'state', 'wait', 'help', 'quit'] as const;

export type OwnWord = Exclude<(typeof ownWords)[number], 'wait'>;

/** What a line asks for. */
export type Asked =
  | { kind: 'action'; action: Action }
  /** A word of the radio's own, to the receiver and the transmitters as they are. */
  | { kind: 'radio'; command: RadioCommand }
  /** Time passes before the next line is read. */
  | { kind: 'wait'; forMs: number }
  | { kind: 'own'; word: OwnWord; rest: string };

/** Characters of a line; a longer one is none of a person. */
export const lineLengthLimit = 1_000;

/** Every word that a line may begin with. */
const everyWord: readonly string[] = [...Object.keys(actionWords), ...radioWords, ...ownWords];

/**
 * Reads a line of the prompt: a step of a scenario, with or without its colon (`press pendant`, `battery { charge: 15% }`),
 * a word of the radio's, or one of the prompt's own. The problem is for people, with the nearest right word.
 */
export function readLine(line: string, household: Household, transmitters: readonly string[]): Result<Asked, string> {
  const read = readWords(line, household, transmitters);
  return read.ok ? read : failure(printable(read.problem));
}

function readWords(line: string, household: Household, transmitters: readonly string[]): Result<Asked, string> {
  if (line.length > lineLengthLimit) return failure(`a line has at most ${lineLengthLimit} characters`);
  const [, first = '', rest = ''] = /^\s*(?:-\s+)?([^\s:]*)\s*:?\s*(.*?)\s*$/su.exec(line) ?? [];
  const word = first === 'exit' ? 'quit' : first;
  const own = ownWords.find((known) => known === word);
  if (own !== undefined) return readOwn(own, rest);
  const isRadios = radioWords.includes(word);
  if (Object.hasOwn(actionWords, word)) {
    const action = readAction(word, rest, household);
    // A word of both, with more behind the name than scenarios say, such as which button.
    if (action.ok || !isRadios || !/^[\w-]+\s/u.test(rest)) return action;
    const command = readRadio(line, transmitters);
    return command.ok ? command : action;
  }
  if (isRadios) return readRadio(line, transmitters);
  if (stepWords.includes(word)) return failure(`${word} is for scenarios; here what happens is told as it happens`);
  const meant = nearest(word, everyWord);
  const advice = meant === undefined ? 'help lists the words' : `did you mean ${meant}?`;
  return failure(`there is no word ${JSON.stringify(word)}; ${advice}`);
}

function readOwn(word: (typeof ownWords)[number], rest: string): Result<Asked, string> {
  if (word === 'wait') {
    const read = parseDuration(rest);
    return read.ok ? success({ kind: 'wait', forMs: read.value }) : failure(`wait: ${read.problem}`);
  }
  if (rest !== '' && word !== 'help')
    return failure(`${JSON.stringify(rest)} is too much; right would be ${word} alone`);
  return success({ kind: 'own', word, rest });
}

/** By the reader of scenarios, with its advice. */
function readAction(word: string, rest: string, household: Household): Result<Asked, string> {
  const yaml = readYaml(`${word}: ${valueOf(word, rest)}`);
  if (!yaml.ok) return failure(yaml.problem.map(({ message }) => message).join('; '));
  const known = actionWords[word];
  const { value } = yaml.value;
  if (known === undefined || !isObject(value)) return failure(`${word}: right would be a word and what belongs to it`);
  const schema = { type: 'object', properties: { [word]: known.schema }, additionalProperties: false };
  const problems = checkDocument(schema, value, homeChecks(household));
  if (problems.length > 0) return failure(problems.map(({ message }) => message).join('; '));
  const action = known.read(value[word]);
  return action.ok ? success({ kind: 'action', action: action.value }) : action;
}

/** The keys of a map may stand without braces; `plug` and `unplug` alone mean the receiver, as the radio has it. */
function valueOf(word: string, rest: string): string {
  if (rest === '' && (word === 'plug' || word === 'unplug')) return 'radio';
  return /^[a-z-]+: /u.test(rest) ? `{ ${rest} }` : rest;
}

function readRadio(line: string, transmitters: readonly string[]): Result<Asked, string> {
  const command = parseRadioCommand(line, transmitters);
  return command.ok ? success({ kind: 'radio', command: command.value }) : command;
}
