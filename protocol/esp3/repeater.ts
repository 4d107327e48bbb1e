import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Problem } from './problem.ts';

/** Whether and how a module repeats the telegrams it hears (ESP3 2.5, CO_WR_REPEATER and CO_RD_REPEATER). */
export interface Repeater {
  mode: 'off' | 'all' | 'selective';
  /** 0 when off; 1 repeats originals, 2 repeats what was repeated once too. */
  level: 0 | 1 | 2;
}

export const repeaterLength = 2;

const modes = ['off', 'all', 'selective'] as const;

export function decodeRepeater(bytes: Uint8Array): Result<Repeater, Problem> {
  const mode = modes[bytes[0] ?? modes.length];
  const level = bytes[1];
  if (mode === undefined || (level !== 0 && level !== 1 && level !== 2)) {
    const message = `a repeater's mode is 0, 1 or 2 and its level 0, 1 or 2, not ${bytes[0]} and ${level}`;
    return failure({ code: 'unknown-value', message });
  }
  return success({ mode, level });
}

export function encodeRepeater({ mode, level }: Repeater): Uint8Array {
  return Uint8Array.from([modes.indexOf(mode), level]);
}
