import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { diesWithUs } from '#simulator/network/mosquitto.ts';
import type { Waits } from './waits.ts';

/** A line of the hub's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A call of the hub to the kernel before which it is killed: the n-th of its name since the process began. */
export interface KillPoint {
  call: string;
  n: number;
}

export interface HubProgram {
  /** Of the program, or of the strace that it runs under. */
  pid: number;
  log: readonly LogLine[];
  /** Whether such a line was logged. */
  hasLogged(fields: LogLine): boolean;
  isOver(): boolean;
  /** How it ended. */
  ending(): string;
  kill(signal: 'SIGKILL' | 'SIGTERM'): void;
}

export interface Strace {
  /** Where the calls are written. */
  trace: string;
  killAt?: KillPoint;
  /** In place of it: what is to go wrong with these files, in strace's words. */
  faults?: { files: readonly string[]; inject: string };
}

/** What the hub asks of the world: of files, of sockets, of its log. Strings are cut short, descriptors have their paths. */
const tracedCalls = ['write', 'writev', 'pwrite64', 'sendto', 'sendmsg', 'fsync', 'fdatasync', 'ftruncate'];

/** Starts `welfare-hub run`, under strace where calls are to be seen or to be its last. */
export function startHubProgram(
  { hubFile, path, waits }: { hubFile: string; path: string; waits: Waits },
  strace?: Strace,
): HubProgram {
  const words = [process.execPath, join(process.cwd(), 'scripts/welfareHub.ts'), 'run', '--config', hubFile];
  const all = [...diesWithUs(), ...(strace === undefined ? [] : straceWords(strace)), ...words];
  const [command = '', ...parameters] = all;
  const child = spawn(command, parameters, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: path, WELFARE_HUB_CONFIG: '' },
  });
  const log: LogLine[] = [];
  let ending: string | undefined;
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.push(line.startsWith('{') ? (JSON.parse(line) as LogLine) : { said: line });
    waits.tell();
  });
  child.on('error', (error) => log.push({ said: error.message }));
  child.once('close', (status, signal) => {
    ending = signal ?? String(status);
    waits.tell();
  });
  return {
    pid: child.pid ?? 0,
    log,
    hasLogged: (fields) => log.some((line) => Object.entries(fields).every(([name, value]) => line[name] === value)),
    isOver: () => ending !== undefined,
    ending: () => ending ?? 'it runs',
    kill(signal) {
      const pid = strace === undefined ? child.pid : tracedBy(child.pid);
      if (pid === undefined || ending !== undefined) return;
      try {
        process.kill(pid, signal);
      } catch {
        // It was faster.
      }
    },
  };
}

/** Only the main thread: the hub does everything that matters on it, and the calls of the others come as they like. */
function straceWords({ trace, killAt, faults }: Strace): string[] {
  if (faults !== undefined) {
    return ['strace', '-qq', '-o', trace, ...faultWords(faults), ...diesWithUs()];
  }
  const inject = killAt === undefined ? [] : ['-e', `inject=${killAt.call}:signal=KILL:when=${killAt.n}`];
  return [
    'strace',
    '-y',
    '-ttt',
    '-s',
    '200',
    '-e',
    `trace=${tracedCalls.join()}`,
    ...inject,
    '-o',
    trace,
    ...diesWithUs(),
  ];
}

/** What strace is told to let go wrong with some files. */
export function faultWords({ files, inject }: { files: readonly string[]; inject: string }): string[] {
  return [
    ...files.flatMap((file) => ['-P', file]),
    '-e',
    `trace=${inject.split(':')[0] ?? ''}`,
    '-e',
    `inject=${inject}`,
  ];
}

/** strace is not what is to be killed: the program that it started is. */
function tracedBy(strace: number | undefined): number | undefined {
  try {
    const [first] = readFileSync(`/proc/${strace}/task/${strace}/children`, 'utf8').trim().split(' ');
    return first === undefined || first === '' ? undefined : Number(first);
  } catch {
    // Both are gone, and we have not been told yet.
    return undefined;
  }
}
