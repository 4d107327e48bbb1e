import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Problem } from './problem.ts';
import { plain, quoted, readWhole, type Values } from './responseValues.ts';

/** <stat> of `+CLCC`, 3GPP TS 27.007 7.18; the index is the number. SIMCom's modems say 6 unasked at a call's end. */
export const callStates = ['active', 'held', 'dialling', 'alerting', 'incoming', 'waiting', 'over'] as const;

export type CallState = (typeof callStates)[number];

export interface Call {
  /** From 1 to 7; stays with the call. */
  index: number;
  by: 'hub' | 'other';
  state: CallState;
  /** Calls of data and fax are none of a hub's affair. */
  isVoice: boolean;
  /** Missing where the other side withholds it. */
  number?: string;
}

/** `+CLCC: <idx>,<dir>,<stat>,<mode>,<mpty>[,<number>,<type>[,<alpha>]]`: one line for each call. */
export function readCall(values: Values): Result<Call, Problem> {
  const index = readWhole('+CLCC', values, 0);
  const direction = readWhole('+CLCC', values, 1);
  const stat = readWhole('+CLCC', values, 2);
  const mode = readWhole('+CLCC', values, 3);
  if (!index.ok) return index;
  if (!direction.ok) return direction;
  if (!stat.ok) return stat;
  if (!mode.ok) return mode;
  const state = callStates[stat.value];
  if (state === undefined) {
    const message = `+CLCC: a state of ${stat.value}; right would be 0 to ${callStates.length - 1}`;
    return failure({ code: 'unknown-value', message });
  }
  const number = plain(values[5] ?? '');
  return success({
    index: index.value,
    by: direction.value === 0 ? 'hub' : 'other',
    state,
    isVoice: mode.value === 0,
    ...(number === '' ? {} : { number }),
  });
}

export function formatCall({ index, by, state, isVoice, number }: Call): string {
  const values: (number | string)[] = [index, by === 'hub' ? 0 : 1, callStates.indexOf(state), isVoice ? 0 : 1, 0];
  if (number !== undefined) values.push(quoted(number), typeOfNumber(number));
  return `+CLCC: ${values.join(',')}`;
}

/** `+CLIP: <number>,<type>…`, behind each RING (3GPP TS 27.007 7.11): who calls; undefined where it is withheld. */
export function readCaller(values: Values): string | undefined {
  const number = plain(values[0] ?? '');
  return number === '' ? undefined : number;
}

export function formatCaller(number: string | undefined): string {
  return number === undefined ? '+CLIP: "",128,,,,1' : `+CLIP: ${quoted(number)},${typeOfNumber(number)},,,,0`;
}

/** Type of address: 145 international, 129 unknown (3GPP TS 24.008 10.5.4.7). */
function typeOfNumber(number: string): 145 | 129 {
  return number.startsWith('+') ? 145 : 129;
}

/**
 * A key that the other side pressed: SIMCom's `+RXDTMF: 5` tells it, Quectel's `+QTONEDET: 53` tells its ASCII code.
 * Undefined for what is no key.
 */
export function readKey(line: '+RXDTMF' | '+QTONEDET', values: Values): string | undefined {
  const value = plain(values[0] ?? '');
  const key = line === '+RXDTMF' ? value : String.fromCharCode(Number(value) || 0);
  return /^[0-9*#A-D]$/u.test(key) ? key : undefined;
}

export function formatKey(line: '+RXDTMF' | '+QTONEDET', key: string): string {
  return `${line}: ${line === '+RXDTMF' ? key : key.charCodeAt(0)}`;
}
