import type { Response, Result } from '#protocol/at/response.ts';
import { readRegistration, registrationPrefixes } from '#protocol/at/statusRegistration.ts';

/** A command to the modem, and by what its answer is known. */
export interface Command {
  /** The command line without its end. It may hold a number or a PIN: only its letters are ever logged. */
  line: string;
  deadlineMs?: number;
  /** The information lines that answer it. */
  prefix?: string;
  /** Lines without a prefix answer it, too: an identity, messages. */
  takesText?: boolean;
  /** Its answer has an information line, or it is another command's. */
  mustTell?: boolean;
  /** NO CARRIER and its like end its answer: it begins a call. */
  isCall?: boolean;
  /** Sent at the modem's prompt, and ended there. */
  body?: string;
}

export type Outcome =
  | { is: 'ok'; lines: readonly Response[] }
  | { is: 'refused'; result: Result }
  /** It was sent, and nobody knows what became of it. */
  | { is: 'unknown'; reason: string }
  /** It was not sent, and never will be. */
  | { is: 'unsent'; reason: string };

/** `AT+CPIN` of `AT+CPIN="1234"`: nothing of anybody is in a command's letters. */
export function nameOf(line: string): string {
  return /^AT[+&^$]?[A-Z]*/u.exec(line)?.[0].slice(0, line.startsWith('ATD') ? 3 : 16) ?? 'AT';
}

/** A string is what is wrong with the answer. */
export function outcomeOf(lines: readonly Response[], command: Command, result: Result | undefined): Outcome | string {
  if (result === undefined || !isSuccess(result)) {
    return result === undefined ? 'no result' : { is: 'refused', result };
  }
  if (command.mustTell === true && lines.length === 0) {
    return `${nameOf(command.line)} was answered without saying anything: it may have been another command's answer`;
  }
  return { is: 'ok', lines };
}

export function isSuccess(result: Result): boolean {
  return result.kind === 'word' && result.word === 'OK';
}

/** Whether the line is the command's. What a modem says of its registration unasked looks nearly like the answer. */
export function answers(response: Response & { type: 'information' }, command: Command | undefined): boolean {
  if (command?.prefix !== response.prefix) return false;
  const prefix = registrationPrefixes.find((known) => known === response.prefix);
  if (prefix === undefined) return true;
  const read = readRegistration(prefix, response.values);
  return !read.ok || read.value.form === 'answer';
}
