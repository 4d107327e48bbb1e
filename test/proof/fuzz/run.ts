import { getHeapStatistics } from 'node:v8';
import { startAllowanceMs, type Target } from './target.ts';

/** What an input did to a target. */
export interface Outcome {
  /** The promise that was broken, in words. */
  finding?: string;
  /** Processor time of this thread, in the steps in which the kernel counts it, and time by the clock. */
  cpuMs: number;
  tookMs: number;
  /** By how much the heap grew, garbage included; negative where some was collected meanwhile. */
  heapBytes: number;
}

/** So often an input may be too slow before it counts: once may be a collection of garbage. */
const slowTries = 3;

/** Feeds a target once. What takes too long is tried again, and the least time counts. */
export function feed(target: Target, input: Uint8Array, sizes: readonly number[]): Outcome {
  return inTime(input.length, target.msPerKb, () => target.read(input, sizes));
}

/** Runs something whose time depends on so many bytes. */
export function inTime(length: number, msPerKb: number, act: () => string | undefined): Outcome {
  const limitMs = startAllowanceMs + (length / 1024) * msPerKb;
  let outcome = once(act);
  for (let tries = 1; tries < slowTries && outcome.cpuMs > limitMs && outcome.finding === undefined; tries += 1) {
    const again = once(act);
    if (again.cpuMs < outcome.cpuMs) outcome = again;
  }
  if (outcome.finding !== undefined || outcome.cpuMs <= limitMs) return outcome;
  const finding = `${Math.round(outcome.cpuMs)} ms for ${length} bytes; right would be ${Math.round(limitMs)} ms at most`;
  return { ...outcome, finding };
}

function once(act: () => string | undefined): Outcome {
  const heapBefore = getHeapStatistics().used_heap_size;
  const before = process.threadCpuUsage();
  const startedMs = performance.now();
  let finding: string | undefined;
  try {
    finding = act();
  } catch (error) {
    finding = `it throws: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.threadCpuUsage(before);
  const heapBytes = getHeapStatistics().used_heap_size - heapBefore;
  return { ...(finding === undefined ? {} : { finding }), cpuMs: (user + system) / 1_000, tookMs, heapBytes };
}
