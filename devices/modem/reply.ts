import type { ExtendedCommand } from '#protocol/at/command.ts';
import type { Result } from '#protocol/at/response.ts';
import { plain } from '#protocol/at/responseValues.ts';

/** What a modem makes of one command. */
export interface Reply {
  /** Lines before the result. */
  lines?: readonly string[];
  /** Default: OK, with which the next command of the line is begun. */
  result?: Result;
  /** How long it takes; default: no time. */
  afterMs?: number;
  /** What happens when the answer has been said. */
  afterwards?(): void;
  /** A message is asked for first; undefined when it was taken back. Its own reply is the answer. */
  prompt?(text: string | undefined): Reply;
}

export type Handler = (command: ExtendedCommand) => Reply;

/** Commands by their names: `+CREG`. */
export type Handlers = Readonly<Record<string, Handler>>;

export const ok: Reply = {};
export const error: Reply = { result: { kind: 'word', word: 'ERROR' } };

export function told(...lines: string[]): Reply {
  return { lines };
}

/** `+CME ERROR` (3GPP TS 27.007 9.2). */
export function refused(number: number): Reply {
  return { result: { kind: 'cme', number } };
}

/** `+CMS ERROR` (3GPP TS 27.005 3.2.5). */
export function refusedMessage(number: number): Reply {
  return { result: { kind: 'cms', number } };
}

/** The parameter at this place as a whole number; undefined where it is missing or none. */
export function numberAt({ parameters }: ExtendedCommand, index: number): number | undefined {
  const text = plain(parameters[index] ?? '');
  return /^\d{1,9}$/u.test(text) ? Number(text) : undefined;
}

/** The parameter at this place without its quotation marks; empty where it is missing. */
export function textAt({ parameters }: ExtendedCommand, index: number): string {
  return plain(parameters[index] ?? '');
}

/** Something that can be asked for and does nothing else: its value may be asked for with or without a question mark. */
export function asked(...lines: string[]): Handler {
  return ({ form }) => {
    if (form === 'test') return ok;
    return form === 'set' ? error : told(...lines);
  };
}

/** A number that a command sets and tells, and that is as at first after each start. */
export interface NumberSetting {
  handler: Handler;
  value(): number;
  reset(): void;
}

export function numberSetting(
  name: string,
  { least = 0, most = 1, initial = 0 }: { least?: number; most?: number; initial?: number },
  changed: () => void = () => {},
): NumberSetting {
  let value = initial;
  return {
    handler(command) {
      if (command.form === 'test') return told(`${name}: (${least}-${most})`);
      if (command.form === 'ask') return told(`${name}: ${value}`);
      const wanted = command.form === 'do' ? initial : numberAt(command, 0);
      if (wanted === undefined || wanted < least || wanted > most) return error;
      value = wanted;
      return { afterwards: changed };
    },
    value: () => value,
    reset() {
      value = initial;
    },
  };
}
