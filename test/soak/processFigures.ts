import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc; USER_HZ is 100 wherever Linux runs. */
const ticksPerSecond = 100;

const nsPerMs = 1_000_000;

/** What a process has used so far (proc(5)). */
export interface ProcessFigures {
  /** In user and in kernel mode, all of its threads. */
  cpuMs: number;
  /** Its main thread: for how long it ran, and for how long it could have run while the machine did something else. */
  ranMs: number;
  heldUpMs: number;
  /** What it has of the memory now. */
  residentMiB: number;
}

export function figuresOf(pid: number): ProcessFigures {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name may hold spaces and brackets; what counts stands behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const resident = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  const [ranNs = 0, heldUpNs = 0] = schedulingOf(pid);
  return {
    cpuMs: (ticks / ticksPerSecond) * 1_000,
    ranMs: ranNs / nsPerMs,
    heldUpMs: heldUpNs / nsPerMs,
    residentMiB: Number(resident?.[1] ?? 0) / 1_024,
  };
}

/** The kernel's count in nanoseconds (sched-stats), where it keeps one. */
function schedulingOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/schedstat`, 'utf8').trim().split(' ').map(Number);
  } catch {
    return [];
  }
}
