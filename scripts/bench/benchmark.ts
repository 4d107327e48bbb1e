import type { Pair } from './pairs.ts';

/** What a benchmark gets from the command line. */
export interface BenchmarkOptions {
  /** How many times floor and product are measured, in turns. */
  pairs: number;
  /** A folder for what it leaves on a disk; removed when it is over. */
  folder: string;
  /** Told what is going on, for a person who waits. */
  progress(line: string): void;
}

/** One line of the table: a measure in both worlds, as ratios that were taken close in time. */
export interface Measure {
  name: string;
  /** What was measured against what. */
  what: string;
  unit: 'ms' | 'MB' | 'B' | '%';
  pairs: readonly Pair[];
  /** The ratio should be this at most. */
  target: number;
}

export interface Benchmark {
  name: string;
  what: string;
  /** Rejects with {@link CannotRun} when this machine lacks something. */
  run(options: BenchmarkOptions): Promise<Measure[]>;
}

/** This machine cannot run a benchmark; the message says for people what is missing. */
export class CannotRun extends Error {}
