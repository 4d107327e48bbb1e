import { availableParallelism, cpus } from 'node:os';

/** What the figures were taken on: a ratio travels better than a time, but not everywhere. */
export interface Machine {
  cpu: string;
  cores: number;
  node: string;
}

export function thisMachine(): Machine {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown CPU';
  return { cpu, cores: availableParallelism(), node: process.version };
}

export function wordsOf({ cpu, cores, node }: Machine): string {
  return `on ${cpu}, ${cores} cores, node ${node}`;
}
