import { type Command, readCommandLine } from '#protocol/at/command.ts';
import { type CommandItem, createCommandFramer } from '#protocol/at/commandFramer.ts';
import { formatResponse, type Result } from '#protocol/at/response.ts';
import { cmeErrors, cmsErrors } from '#protocol/at/responseErrors.ts';
import type { Outgoing } from '#devices/behaviours/behaviour.ts';
import type { Manner } from './basic.ts';
import type { ModemEvent } from './parts.ts';
import { error, type Reply } from './reply.ts';
import type { Timers } from './timers.ts';

/** Bytes that wait while a command is performed; what comes beyond is lost, as in a modem without flow control. */
export const inputLimit = 4_096;

/** A modem thinks for so long before it answers anything. */
export const answerAfterMs = 5;

/** The numbers of results where words are switched off (V.250 5.7.2). */
const resultNumbers: Readonly<Record<string, number>> = {
  OK: 0,
  CONNECT: 1,
  'NO CARRIER': 3,
  ERROR: 4,
  'NO DIALTONE': 6,
  BUSY: 7,
  'NO ANSWER': 8,
};

interface TerminalParts {
  timers: Timers;
  manner(): Manner;
  errorDetail(): number;
  perform(command: Command): Reply;
  /** Whether something in front of the modem has dealt with the command that has just arrived. */
  takesCommand(): boolean;
  send(outgoing: Outgoing): void;
  tell(event: ModemEvent): void;
}

export interface Terminal {
  received(bytes: Uint8Array): void;
  /** The power is gone: what was begun is forgotten. */
  reset(): void;
}

/** Hears command lines and answers them, one after the other; what comes meanwhile waits (V.250 5.2, 5.6, 5.7). */
export function createTerminal(parts: TerminalParts): Terminal {
  const { timers, manner, tell } = parts;
  let waiting: number[] = [];
  let isBusy = false;
  let isPumping = false;
  let lastLine = 'AT';
  let prompt: Reply['prompt'];
  const framer = createCommandFramer({ awaitsMessage: () => prompt !== undefined, take });

  function pump(): void {
    if (isPumping) return;
    isPumping = true;
    for (let byte = nextByte(); byte !== undefined; byte = nextByte()) framer.push(Uint8Array.of(byte));
    isPumping = false;
  }

  function nextByte(): number | undefined {
    return isBusy ? undefined : waiting.shift();
  }

  function take(item: CommandItem): void {
    if (item.kind === 'discarded') {
      if (item.reason !== 'blank') tell({ event: 'discarded', reason: item.reason, bytes: item.bytes });
      return;
    }
    if (manner().echo) parts.send({ kind: 'answer', bytes: item.bytes });
    if (item.kind === 'message' || item.kind === 'cancelled') {
      const answer = prompt;
      prompt = undefined;
      const text = item.kind === 'message' ? item.text : undefined;
      begin(() => conclude(answer?.(text) ?? error, []));
      return;
    }
    if (item.kind === 'line') lastLine = item.text;
    tell({ event: 'command', asked: withoutSecrets(lastLine) });
    if (parts.takesCommand()) return;
    begin(() => obey(lastLine));
  }

  function begin(action: () => void): void {
    isBusy = true;
    timers.after(answerAfterMs, action);
  }

  function obey(line: string): void {
    const commands = readCommandLine(line);
    if (commands.ok) next(commands.value, []);
    else conclude(error, []);
  }

  /** `lines` are those of the commands before it in the line. */
  function next([command, ...rest]: readonly Command[], lines: readonly string[]): void {
    if (command === undefined) {
      say(lines, { kind: 'word', word: 'OK' });
      return;
    }
    const reply = parts.perform(command);
    if (reply.prompt !== undefined) {
      ({ prompt } = reply);
      isBusy = false;
      parts.send({ kind: 'answer', bytes: bytesOf('\r\n> ') });
      pump();
      return;
    }
    if (rest.length === 0 || reply.result !== undefined) conclude(reply, lines);
    else
      after(reply, () => {
        reply.afterwards?.();
        next(rest, [...lines, ...(reply.lines ?? [])]);
      });
  }

  function after({ afterMs = 0 }: Reply, action: () => void): void {
    if (afterMs === 0) action();
    else timers.after(afterMs, action);
  }

  function conclude(reply: Reply, before: readonly string[]): void {
    after(reply, () => {
      say([...before, ...(reply.lines ?? [])], reply.result ?? { kind: 'word', word: 'OK' });
      reply.afterwards?.();
    });
  }

  function say(lines: readonly string[], result: Result): void {
    const { verbose, quiet } = manner();
    const written = writtenResult(result);
    const information = lines.length === 0 ? '' : `${verbose ? '\r\n' : ''}${lines.join('\r\n')}\r\n`;
    const number = resultNumbers[written];
    const final = verbose || number === undefined ? `\r\n${written}\r\n` : `${number}\r`;
    const text = `${information}${quiet ? '' : final}`;
    isBusy = false;
    if (text !== '') parts.send({ kind: 'answer', bytes: bytesOf(text) });
    if (waiting.length > 0) timers.after(0, pump);
  }

  /** Errors of messages are always told by number (3GPP TS 27.005 3.2.5). */
  function writtenResult(result: Result): string {
    if (result.kind === 'word') return formatResponse({ type: 'result', result });
    const detail = parts.errorDetail();
    if (detail === 0 && result.kind === 'cme') return 'ERROR';
    const words = (result.kind === 'cme' ? cmeErrors : cmsErrors)[result.number ?? 0];
    const said = detail === 2 && words !== undefined ? { kind: result.kind, words } : result;
    return formatResponse({ type: 'result', result: said });
  }

  return {
    received(bytes) {
      const room = Math.max(0, inputLimit - waiting.length);
      if (bytes.length > room) tell({ event: 'discarded', reason: 'overrun', bytes: bytes.subarray(room) });
      for (const byte of bytes.subarray(0, room)) waiting.push(byte);
      pump();
    },
    reset() {
      waiting = [];
      isBusy = false;
      prompt = undefined;
      framer.reset();
    },
  };
}

/** PINs stay out of what is told. */
function withoutSecrets(line: string): string {
  return line.replaceAll(/(\+(?:CPIN|CLCK|CPWD)=)[^;]*/giu, '$1...');
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
