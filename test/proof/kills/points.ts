import { relative } from 'node:path';
import type { KillPoint } from './hubProgram.ts';

/** A call that the hub made, or was about to make when it was killed. */
export interface TracedCall extends KillPoint {
  /** Wall time, milliseconds since 1970. */
  atMs: number;
  /** To whom it went, in words: `journal.db-wal`, `log: publish`, `broker`. */
  to: string;
  /** It never returned: it was the last one. */
  isLast: boolean;
}

/** How Node's threads wake each other: nothing of the alarm is in it, and how often they do so is chance. */
const wakeUp = 'wake-up';

export function isOfTheHub({ to }: TracedCall): boolean {
  return to !== wakeUp;
}

/** Reads what strace wrote; `folder` is the home's. */
export function readCalls(trace: string, folder: string): TracedCall[] {
  const counts = new Map<string, number>();
  return trace.split('\n').flatMap((line) => {
    const [, seconds, call, descriptor, path, rest = ''] = /^(\d+\.\d+) (\w+)\((\d+)<([^>]*)>(.*)$/u.exec(line) ?? [];
    if (seconds === undefined || call === undefined || descriptor === undefined || path === undefined) return [];
    const n = (counts.get(call) ?? 0) + 1;
    counts.set(call, n);
    return [
      {
        atMs: Number(seconds) * 1_000,
        call,
        n,
        to: targetOf(descriptor, path, rest, folder),
        isLast: rest.endsWith('= ?'),
      },
    ];
  });
}

const standardError = '2';

function targetOf(descriptor: string, path: string, rest: string, folder: string): string {
  if (descriptor === standardError) return `log: ${/\\"(?:step|msg)\\":\\"([^\\]*)/u.exec(rest)?.[1] ?? ''}`;
  if (path.startsWith(folder)) return relative(folder, path) || 'its folder';
  if (path.startsWith('pipe:') || path.includes('eventfd')) return wakeUp;
  if (path.startsWith('/dev/pts') || path.startsWith('/dev/tty')) return 'radio';
  return rest.includes('"RIFF') ? 'sounder' : path.startsWith('socket:') ? 'broker' : path;
}

/** A call by what it does and for the how manieth time: how often it came before, of all kinds, is another thing in each run. */
export interface NamedCall extends TracedCall {
  name: string;
}

export function named(calls: readonly TracedCall[]): NamedCall[] {
  const counts = new Map<string, number>();
  return calls.map((traced) => {
    const name = `${traced.call} ${traced.to}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return { ...traced, name: `${name} ${count}` };
  });
}
