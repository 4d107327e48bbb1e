import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Command, commandWords, type Limits } from './commands.ts';
import { type Frame, gateCount } from './frame.ts';
import { joinedNumbers, numberAt } from './numbers.ts';
import type { Problem } from './problem.ts';

/** What the module answers to a command: the command's word with this bit, a status, and what was asked for (2.1.1). */
const acknowledgementBit = 0x0100;

export interface Acknowledgement {
  /** The word of the command that it answers. */
  word: number;
  success: boolean;
  value: Uint8Array;
}

export interface Firmware {
  /** "V1.07.22091516": written in digits, which the module sends as such. */
  version: string;
}

export interface Parameters extends Limits {
  /** For each gate, 0 to 8. */
  movingSensitivities: readonly number[];
  stillSensitivities: readonly number[];
}

/** The farthest gate that the module has, at the head of its parameters (2.2.4). */
const farthestGate = gateCount - 1;
const parametersHead = 0xaa;
const parametersLength = 4 + 2 * gateCount + 2;

export function decodeAcknowledgement({ kind, data }: Frame): Result<Acknowledgement, Problem> {
  if (kind !== 'command' || data.length < 4 || (numberAt(data, 0, 2) & acknowledgementBit) === 0) {
    return failure({ code: 'wrong-length', message: `no acknowledgement: a ${kind} frame with ${data.length} bytes` });
  }
  const word = numberAt(data, 0, 2) - acknowledgementBit;
  return success({ word, success: numberAt(data, 2, 2) === 0, value: data.slice(4) });
}

export function encodeAcknowledgement({ word, success: succeeded, value }: Acknowledgement): Frame {
  const head = joinedNumbers([word + acknowledgementBit, 2], [succeeded ? 0 : 1, 2]);
  return { kind: 'command', data: Uint8Array.of(...head, ...value) };
}

/** Whether it is the answer to this command. */
export function answers({ word }: Acknowledgement, { command }: Exclude<Command, { command: 'other' }>): boolean {
  return word === commandWords[command];
}

/** 2.2.8: a type (2), then the version: two digits of the major one, two of the minor one, eight of the date and hour. */
export function decodeFirmware({ value }: Acknowledgement): Result<Firmware, Problem> {
  if (value.length < 8) return wrongLength('the firmware version', 8, value);
  const digits = (from: number, to: number): string =>
    Array.from(value.subarray(from, to).toReversed(), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return success({ version: `V${numberAt(value, 3, 1).toString(16)}.${digits(2, 3)}.${digits(4, 8)}` });
}

/** Throws when the version is not written as `decodeFirmware` writes it: a slip of ours. */
export function encodeFirmware({ version }: Firmware): Uint8Array {
  const [, major = '', minor = '', build = ''] = /^V(\d+)\.(\d{2})\.(\d{8})$/u.exec(version) ?? [];
  if (build === '') throw new RangeError(`a firmware version is written as V1.07.22091516, not ${version}`);
  const digits = build.match(/../gu)?.toReversed() ?? [];
  const written = [minor, major, ...digits].map((two) => Number.parseInt(two, 16));
  return Uint8Array.of(0x00, 0x01, ...written);
}

export function decodeParameters({ value }: Acknowledgement): Result<Parameters, Problem> {
  if (value.length < parametersLength) return wrongLength('the parameters', parametersLength, value);
  if (value[0] !== parametersHead || value[1] !== farthestGate) {
    return failure({ code: 'unknown-value', message: `the parameters do not begin with AA and gate ${farthestGate}` });
  }
  const stillAt = 4 + gateCount;
  return success({
    farthestMovingGate: value[2] ?? 0,
    farthestStillGate: value[3] ?? 0,
    movingSensitivities: [...value.subarray(4, stillAt)],
    stillSensitivities: [...value.subarray(stillAt, stillAt + gateCount)],
    noOneSeconds: numberAt(value, stillAt + gateCount, 2),
  });
}

export function encodeParameters(parameters: Parameters): Uint8Array {
  const { farthestMovingGate, farthestStillGate, movingSensitivities, stillSensitivities, noOneSeconds } = parameters;
  return Uint8Array.of(
    parametersHead,
    farthestGate,
    farthestMovingGate,
    farthestStillGate,
    ...movingSensitivities,
    ...stillSensitivities,
    ...joinedNumbers([noOneSeconds, 2]),
  );
}

function wrongLength(what: string, wanted: number, { length }: Uint8Array): Result<never, Problem> {
  return failure({ code: 'wrong-length', message: `${what} came in ${length} bytes; ${wanted} are wanted` });
}
