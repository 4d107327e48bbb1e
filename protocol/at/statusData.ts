import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Problem } from './problem.ts';
import { plain, quoted, readWhole, type Values } from './responseValues.ts';

/** `+CGATT: <state>`: whether the modem is attached for packets (3GPP TS 27.007 10.1.9). */
export function readAttached(values: Values): Result<boolean, Problem> {
  const state = readWhole('+CGATT', values, 0);
  if (!state.ok) return state;
  if (state.value === 0 || state.value === 1) return success(state.value === 1);
  return failure({ code: 'unknown-value', message: `+CGATT: a state of ${state.value}; right would be 0 or 1` });
}

export function formatAttached(attached: boolean): string {
  return `+CGATT: ${attached ? 1 : 0}`;
}

/** A context and its address: `+CGPADDR: <cid>[,<address>[,<address>]]` (3GPP TS 27.007 10.1.14). */
export interface ContextAddress {
  context: number;
  /** Missing while the context is not active; some modems then say 0.0.0.0. */
  address?: string;
}

export function readContextAddress(values: Values): Result<ContextAddress, Problem> {
  const context = readWhole('+CGPADDR', values, 0);
  if (!context.ok) return context;
  const address = values
    .slice(1)
    .map(plain)
    .find((value) => value !== '' && !isNoAddress(value));
  return success({ context: context.value, ...(address === undefined ? {} : { address }) });
}

export function formatContextAddress({ context, address }: ContextAddress): string {
  return address === undefined ? `+CGPADDR: ${context}` : `+CGPADDR: ${context},${quoted(address)}`;
}

/** All noughts, of version 4 or 6, in any of the ways in which they are written. */
function isNoAddress(address: string): boolean {
  return /^[0.:]+$/u.test(address);
}
