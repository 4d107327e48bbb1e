import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc; USER_HZ is 100 wherever Linux runs. */
const ticksPerSecond = 100;

/** What a process has used so far (proc(5)). */
export interface ProcessFigures {
  /** In user and in kernel mode, all of its threads. */
  cpuMs: number;
  /** What it has of the memory now. */
  residentMiB: number;
}

export function figuresOf(pid: number): ProcessFigures {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name may hold spaces and brackets; what counts stands behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const resident = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { cpuMs: (ticks / ticksPerSecond) * 1_000, residentMiB: Number(resident?.[1] ?? 0) / 1_024 };
}
