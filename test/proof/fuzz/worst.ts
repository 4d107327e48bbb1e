import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import { inTime, type Outcome } from './run.ts';
import { cut, type Target } from './target.ts';

/** What a reader may keep of a worst input once it is over, in bytes. */
const keptLimitBytes = 8 * 1_048_576;
/**
 * So often too much may be kept before it counts: what a reader keeps, it keeps each time; the engine, which compiles beside
 * what runs, may hold on to one input through the function that it is compiling.
 */
const keptTries = 3;

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

/** What a worst input did, whole and byte by byte. */
export interface WorstOutcome extends Outcome {
  what: string;
  /** Processor time for each kilobyte, in milliseconds. */
  msPerKb: number;
  keptBytes: number;
}

/**
 * Feeds a target with each of its worst inputs: one that reads a stream in one piece and in pieces of a byte, every other
 * whole. Time must grow with the length and not with its square, and what is held must stay bounded.
 */
export function feedWorst(target: Target): WorstOutcome[] {
  return Object.entries(target.worst).flatMap(([what, unit]) => {
    const input = Uint8Array.from({ length: target.worstBytes }, (_, at) => unit[at % unit.length] ?? 0);
    if (target.open === undefined) return [measured(what, target, input, () => target.read(input, [input.length]))];
    return [input.length, 1].map((size) => {
      const how = size === 1 ? 'byte by byte' : 'in one piece';
      return measured(`${what}, ${how}`, target, input, () => stream(target, input, size));
    });
  });
}

function measured(what: string, target: Target, input: Uint8Array, act: () => string | undefined): WorstOutcome {
  let { outcome, keptBytes } = fed();
  for (let tries = 1; tries < keptTries && keptBytes > keptLimitBytes; tries += 1) ({ outcome, keptBytes } = fed());
  const finding = outcome.finding ?? (keptBytes > keptLimitBytes ? `${keptBytes} bytes are kept` : undefined);
  const msPerKb = outcome.cpuMs / (input.length / 1024);
  return { ...outcome, ...(finding === undefined ? {} : { finding }), what, msPerKb, keptBytes };

  function fed(): { outcome: Outcome; keptBytes: number } {
    const before = heapBytes();
    const outcome = inTime(input.length, target.msPerKb, act);
    return { outcome, keptBytes: heapBytes() - before };
  }
}

function stream(target: Target, input: Uint8Array, size: number): string | undefined {
  const framer = target.open?.();
  if (framer === undefined) return undefined;
  let told = 0;
  for (const piece of cut(input, [size])) told += framer.push(piece);
  told += framer.end();
  return told === input.length ? undefined : `${told} bytes of ${input.length} are told`;
}

function heapBytes(): number {
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
}
