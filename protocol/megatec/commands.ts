import { failure, type Result, success } from '#protocol/core/result.ts';
import { minuteMs } from '#protocol/core/time.ts';
import type { Problem } from './problem.ts';

/** What a computer asks of a supply, and tells it to do (Megatec C). */
export type Command =
  | { command: 'status' | 'ratings' | 'identity' }
  /** For ten seconds. */
  | { command: 'test' }
  | { command: 'test-for'; minutes: number }
  | { command: 'test-until-low' }
  | { command: 'end-test' }
  /** The output goes off after `afterMs`; it comes back with the mains, but not before `backAfterMinutes`; 0 is never. */
  | { command: 'shut-down'; afterMs: number; backAfterMinutes?: number }
  /** Takes a shutdown back, or switches the output on. */
  | { command: 'no-shutdown' }
  /** Switches the beeper from on to off, or back. */
  | { command: 'beeper' };

const plain = {
  Q1: 'status',
  F: 'ratings',
  I: 'identity',
  T: 'test',
  TL: 'test-until-low',
  CT: 'end-test',
  C: 'no-shutdown',
  Q: 'beeper',
} as const;

/** A tenth of a minute: `S.2` is twelve seconds. */
const tenthMs = minuteMs / 10;

/** `Sn` and `SnRm`: n from .2 to .9 and 01 to 10, 00 at once; m four digits. */
const shutdownForm = /^S(?:\.([1-9])|(\d\d))(?:R(\d{4}))?$/u;
const shutdownMinutesLimit = 10;
const testForm = /^T(\d\d)$/u;

/** Reads a line of a computer. */
export function readCommand(text: string): Result<Command, Problem> {
  if (isPlain(text)) return success({ command: plain[text] });
  const test = testForm.exec(text);
  if (test !== null && test[1] !== '00') return success({ command: 'test-for', minutes: Number(test[1]) });
  const shutdown = shutdownForm.exec(text);
  const minutes = Number(shutdown?.[2] ?? 0);
  if (shutdown === null || minutes > shutdownMinutesLimit) {
    return failure({ code: 'unknown-command', message: `${JSON.stringify(text)} is no command of this protocol` });
  }
  const afterMs = shutdown[1] === undefined ? minutes * minuteMs : Number(shutdown[1]) * tenthMs;
  const back = shutdown[3] === undefined ? {} : { backAfterMinutes: Number(shutdown[3]) };
  return success({ command: 'shut-down', afterMs, ...back });
}

/** The line that says it. Throws when the protocol cannot: a slip of ours. */
export function writeCommand(command: Command): string {
  switch (command.command) {
    case 'test-for':
      return said(`T${String(command.minutes).padStart(2, '0')}`, command);
    case 'shut-down': {
      const { afterMs, backAfterMinutes } = command;
      const back = backAfterMinutes === undefined ? '' : `R${String(backAfterMinutes).padStart(4, '0')}`;
      const isShort = afterMs > 0 && afterMs < minuteMs;
      const after = isShort ? `.${afterMs / tenthMs}` : String(afterMs / minuteMs).padStart(2, '0');
      return said(`S${after}${back}`, command);
    }
    default:
      return said(Object.entries(plain).find(([, name]) => name === command.command)?.[0] ?? '', command);
  }
}

function said(text: string, command: Command): string {
  if (readCommand(text).ok) return text;
  throw new RangeError(`no line says ${JSON.stringify(command)}`);
}

function isPlain(text: string): text is keyof typeof plain {
  return Object.hasOwn(plain, text);
}
