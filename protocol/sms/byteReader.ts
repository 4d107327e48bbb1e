import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Problem } from './problem.ts';

/** Takes bytes from the front, one field after the other. */
export interface ByteReader {
  /** `what` is for the problem: which field is cut short. */
  take(count: number, what: string): Result<Uint8Array, Problem>;
  takeByte(what: string): Result<number, Problem>;
  left(): number;
}

export function createByteReader(bytes: Uint8Array): ByteReader {
  let at = 0;

  function take(count: number, what: string): Result<Uint8Array, Problem> {
    if (at + count > bytes.length) {
      const message = `${what} ends after ${bytes.length - at} bytes; right would be ${count}`;
      return failure({ code: 'too-short', message });
    }
    at += count;
    return success(bytes.subarray(at - count, at));
  }

  return {
    take,
    takeByte(what) {
      const taken = take(1, what);
      return taken.ok ? success(taken.value[0] ?? 0) : taken;
    },
    left: () => bytes.length - at,
  };
}
