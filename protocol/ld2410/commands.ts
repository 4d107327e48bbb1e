import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Frame } from './frame.ts';
import { joinedNumbers, numberAt } from './numbers.ts';
import type { Problem } from './problem.ts';

/** How far the module looks, and how long it goes on reporting somebody who is seen no more (2.2.3). */
export interface Limits {
  /** 1 to 8; 2 to 8 by the manual of the LD2410C. */
  farthestMovingGate: number;
  farthestStillGate: number;
  /** 0 to 65,535. */
  noOneSeconds: number;
}

/** The energy over which something counts as a target, 0 to 100 (2.2.7). */
export interface Sensitivity {
  gate: number | 'all';
  moving: number;
  still: number;
}

/** What the module can be told. All but the first count only between the first and the second (2.4). */
export type Command =
  | { command: PlainCommand }
  | ({ command: 'set-limits' } & Limits)
  | ({ command: 'set-sensitivity' } & Sensitivity)
  /** Counts from the next restart on (2.2.9). */
  | { command: 'set-baud-rate'; baudRate: BaudRate }
  | { command: 'other'; word: number; value: Uint8Array };

export const commandWords = {
  'enable-configuration': 0xff,
  'end-configuration': 0xfe,
  'set-limits': 0x60,
  'read-parameters': 0x61,
  'engineering-on': 0x62,
  'engineering-off': 0x63,
  'set-sensitivity': 0x64,
  'read-firmware': 0xa0,
  'set-baud-rate': 0xa1,
  'factory-reset': 0xa2,
  restart: 0xa3,
} as const;

type CommandName = keyof typeof commandWords;

type PlainCommand = Exclude<CommandName, 'set-limits' | 'set-sensitivity' | 'set-baud-rate'>;

/** Table 6: the first is number 1. */
export const baudRates = [9_600, 19_200, 38_400, 57_600, 115_200, 230_400, 256_000, 460_800] as const;

export type BaudRate = (typeof baudRates)[number];

const allGates = 0xffff;
/** The value of "enable configuration". */
const enabling = Uint8Array.of(1, 0);

export function encodeCommand(command: Command): Frame {
  if (command.command === 'other') return framed(command.word, command.value);
  return framed(commandWords[command.command], valueOf(command));
}

function valueOf(command: Exclude<Command, { command: 'other' }>): Uint8Array {
  switch (command.command) {
    case 'enable-configuration':
      return enabling;
    case 'set-limits':
      return threeNumbers(command.farthestMovingGate, command.farthestStillGate, command.noOneSeconds);
    case 'set-sensitivity':
      return threeNumbers(command.gate === 'all' ? allGates : command.gate, command.moving, command.still);
    case 'set-baud-rate':
      return joinedNumbers([baudRates.indexOf(command.baudRate) + 1, 2]);
    default:
      return new Uint8Array(0);
  }
}

/** Reads what a host asks of the module. A word that is not known here is a command too: `other`. */
export function decodeCommand({ kind, data }: Frame): Result<Command, Problem> {
  if (kind !== 'command' || data.length < 2) {
    return failure({ code: 'wrong-length', message: `no command: a ${kind} frame with ${data.length} bytes` });
  }
  const word = numberAt(data, 0, 2);
  const value = data.slice(2);
  const command = Object.keys(commandWords)
    .filter(isCommandName)
    .find((name) => commandWords[name] === word);
  switch (command) {
    case undefined:
      return success({ command: 'other', word, value });
    case 'set-limits':
      return readThree(command, value, ([farthestMovingGate, farthestStillGate, noOneSeconds]) => ({
        command,
        farthestMovingGate,
        farthestStillGate,
        noOneSeconds,
      }));
    case 'set-sensitivity':
      return readThree(command, value, ([gate, moving, still]) => ({
        command,
        gate: gate === allGates ? 'all' : gate,
        moving,
        still,
      }));
    case 'set-baud-rate':
      return readBaudRate(value);
    default:
      return success({ command });
  }
}

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commandWords, name);
}

/** Three parameters, numbered 0 to 2, each of four bytes (tables 2 and 4). */
function threeNumbers(...values: [number, number, number]): Uint8Array {
  return joinedNumbers(
    ...values.flatMap((value, index): [number, number][] => [
      [index, 2],
      [value, 4],
    ]),
  );
}

function readThree(
  command: CommandName,
  value: Uint8Array,
  read: (values: [number, number, number]) => Command,
): Result<Command, Problem> {
  const parameters = [0, 1, 2].map((index) => 6 * index);
  if (value.length !== 18 || parameters.some((at, index) => numberAt(value, at, 2) !== index)) {
    return failure({ code: 'wrong-length', message: `${command} has three parameters, numbered 0 to 2, in 18 bytes` });
  }
  return success(read([numberAt(value, 2, 4), numberAt(value, 8, 4), numberAt(value, 14, 4)]));
}

function readBaudRate(value: Uint8Array): Result<Command, Problem> {
  const baudRate = baudRates[numberAt(value, 0, 2) - 1];
  if (value.length !== 2 || baudRate === undefined) {
    return failure({ code: 'unknown-value', message: `set-baud-rate has a number from 1 to ${baudRates.length}` });
  }
  return success({ command: 'set-baud-rate', baudRate });
}

function framed(word: number, value: Uint8Array): Frame {
  return { kind: 'command', data: Uint8Array.of(...joinedNumbers([word, 2]), ...value) };
}
