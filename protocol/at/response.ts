import { cmeErrors, cmsErrors, numberOfError } from './responseErrors.ts';
import { splitValues, type Values } from './responseValues.ts';

/**
 * A line of a modem (V.250 5.7, 3GPP TS 27.007 and 27.005). Every line can be read: what is known of it is its kind, and
 * the rest is text.
 */
export type Response =
  /** Ends the answer to a command, or says what became of a call. */
  | { type: 'result'; result: Result }
  /** `+CREG: 2,1`: a prefix and values. Whether it answers or is said unasked depends on what was asked. */
  | { type: 'information'; prefix: string; values: Values }
  /** What a modem says unasked in words: it has started, it ends, somebody rings. */
  | { type: 'notice'; notice: Notice }
  /** The IMEI, a message in hex, an echo, noise. */
  | { type: 'text'; text: string };

export const resultWords = [
  'OK',
  'ERROR',
  'NO CARRIER',
  'BUSY',
  'NO ANSWER',
  'NO DIALTONE',
  'CONNECT',
  'COMMAND NOT SUPPORT',
  'TOO MANY PARAMETERS',
] as const;

export type ResultWord = (typeof resultWords)[number];

export type Result =
  /** `text` is what follows CONNECT. */
  | { kind: 'word'; word: ResultWord; text?: string }
  /** `number` is missing when the words are not known; `words` when a number was said. */
  | { kind: 'cme' | 'cms'; number?: number; words?: string };

/** Said by modems of several makers at their start, at their end, and when somebody calls. */
export const notices = [
  'RING',
  'RDY',
  'START',
  'SMS DONE',
  'SMS READY',
  'PB DONE',
  'CALL READY',
  'NORMAL POWER DOWN',
  'POWERED DOWN',
] as const;

export type Notice = (typeof notices)[number];

const information = /^([+^$*#%][A-Z][A-Z0-9]{0,31}|VOICE CALL|MISSED_CALL): ?(.*)$/su;
const extendedError = /^\+(CME|CMS) ERROR: ?(.*)$/su;

/** Reads a line without its end. */
export function readResponse(line: string): Response {
  const text = line.trim();
  const [, family, said = ''] = extendedError.exec(text) ?? [];
  if (family !== undefined) return { type: 'result', result: readError(family === 'CME' ? 'cme' : 'cms', said) };
  const [, prefix, values = ''] = information.exec(text) ?? [];
  if (prefix !== undefined) return { type: 'information', prefix, values: splitValues(values) };
  const notice = notices.find((known) => known === text.toUpperCase());
  if (notice !== undefined) return { type: 'notice', notice };
  const result = readWord(text);
  return result === undefined ? { type: 'text', text } : { type: 'result', result };
}

/** The line that says it, without its end. */
export function formatResponse(response: Response): string {
  switch (response.type) {
    case 'result':
      return formatResult(response.result);
    case 'information':
      return `${response.prefix}: ${response.values.join(',')}`;
    case 'notice':
      return response.notice;
    case 'text':
      return response.text;
  }
}

/** A line as a modem sends it, with the ends of line before and behind it that `ATV1` asks for (V.250 5.7.1). */
export function encodeLine(text: string): Uint8Array {
  return Uint8Array.from(`\r\n${text}\r\n`, (character) => character.charCodeAt(0));
}

/** Whether it ends the answer to any command. The others end a call, or the answer to the command that began one. */
export function isFinal(result: Result): boolean {
  return result.kind !== 'word' || !callResults.has(result.word);
}

/** For people and logs; it holds nothing of anybody. */
export function wordsOf(result: Result): string {
  if (result.kind === 'word') return result.word;
  const name = `+${result.kind.toUpperCase()} ERROR`;
  if (result.number === undefined) return name;
  const words = (result.kind === 'cme' ? cmeErrors : cmsErrors)[result.number];
  return `${name}: ${result.number}${words === undefined ? '' : `, ${words}`}`;
}

const callResults: ReadonlySet<ResultWord> = new Set(['NO CARRIER', 'BUSY', 'NO ANSWER', 'NO DIALTONE', 'CONNECT']);

function readError(kind: 'cme' | 'cms', said: string): Result {
  if (/^\d{1,5}$/u.test(said)) return { kind, number: Number(said) };
  const number = numberOfError(kind === 'cme' ? cmeErrors : cmsErrors, said);
  return number === undefined ? { kind, words: said } : { kind, number, words: said };
}

function readWord(text: string): Result | undefined {
  if (text.startsWith('CONNECT ')) return { kind: 'word', word: 'CONNECT', text: text.slice('CONNECT '.length) };
  const word = resultWords.find((known) => known === text);
  if (word !== undefined) return { kind: 'word', word };
  return text === 'NO DIAL TONE' ? { kind: 'word', word: 'NO DIALTONE' } : undefined;
}

function formatResult(result: Result): string {
  if (result.kind === 'word') return result.text === undefined ? result.word : `${result.word} ${result.text}`;
  const said = result.words ?? result.number;
  return `+${result.kind.toUpperCase()} ERROR: ${said ?? ''}`;
}
