import { type ChildProcess, fork, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { CannotRun } from './benchmark.ts';

/** A process of this benchmark's own. */
export interface Child {
  process: ChildProcess;
  /** The next line on its standard output that fits; rejects when the process ends without one. */
  line(fits: (line: string) => boolean): Promise<string>;
  /** Ends it and waits until it is gone. */
  end(): Promise<void>;
}

/** Starts a program whose standard output is read to its end, line by line. */
export function startChild(command: string, args: readonly string[], options: SpawnOptions = {}): Child {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
  endWithUs(child);
  const waiting = new Set<(line: string) => void>();
  // Awaited in turn with what is asked of the process; who asks nothing hears nothing.
  const gone = once(child, 'exit').then(() => Promise.reject(new Error(`${command} ended before it was told to`)));
  gone.catch(() => {});
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => waiting.forEach((told) => told(line)));
  }
  return {
    process: child,
    line: (fits) =>
      Promise.race([
        gone,
        new Promise<string>((resolve) => {
          const told = (line: string): void => {
            if (!fits(line)) return;
            waiting.delete(told);
            resolve(line);
          };
          waiting.add(told);
        }),
      ]),
    end: () => end(child),
  };
}

/** A side of a comparison: a program of its own that says when it is ready and then answers one request at a time. */
export interface Side<Request, Answer> {
  ask(request: Request): Promise<Answer>;
  end(): Promise<void>;
}

/** Starts `program`, a module of this folder, and waits for its first message. */
export async function startSide<Request extends object, Answer>(
  program: URL,
  args: readonly string[],
): Promise<Side<Request, Answer>> {
  const child = fork(program, args);
  endWithUs(child);
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`${program.pathname.split('/').at(-1)} ended (${String(code)})`);
  });
  gone.catch(() => {});
  const next = async (): Promise<Answer> => {
    return await Promise.race([new Promise<Answer>((resolve) => child.once('message', resolve)), gone]);
  };
  await next();
  return {
    async ask(request) {
      const answer = next();
      child.send(request);
      return await answer;
    },
    end: () => end(child),
  };
}

/** Whatever ends the benchmark ends what it started. */
function endWithUs(child: ChildProcess): void {
  const kill = (): void => void child.kill('SIGKILL');
  process.prependListener('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

/** Looks where daemons are as well: Debian keeps them where an ordinary user's PATH does not lead. */
export function programOf(name: string, debianPackage: string): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (found === undefined) throw new CannotRun(`${name} is missing: apt-get install ${debianPackage}`);
  return found;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
