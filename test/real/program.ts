import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { diesWithUs } from '#simulator/network/mosquitto.ts';
import { createStory, realClock } from './uplinkWorld.ts';

/** The longest that anything here may take, on a slow machine with every other test beside it. */
const deadlineMs = 120_000;

/** How many lines of each stream a failed wait shows. */
const shownLines = 30;

/** How a program ended; one of the two is there. */
interface Ending {
  status: number | null;
  signal: NodeJS.Signals | null;
}

/** A program that runs, and what it says. */
export interface Program {
  readonly pid: number;
  /** The lines of standard output so far, and those of standard error. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** Kept with the line when so many lines, of either stream, have fitted; broken when it ends or time is up before. */
  said(what: string, fits: (line: string) => boolean, times?: number): Promise<string>;
  /** Writes a line to its standard input. */
  type(line: string): void;
  /** Nothing more will be typed. */
  closeInput(): void;
  kill(signal: NodeJS.Signals): void;
  /** Kept when it has ended and all that it said was read. */
  end(): Promise<Ending>;
}

/** `welfare-hub` of this checkout, with these words. */
export function welfareHub(...words: string[]): string[] {
  return [process.execPath, join(process.cwd(), 'scripts/welfareHub.ts'), ...words];
}

/** Starts a program that ends, at the latest, with the test or with the process that runs it. */
export function startProgram(words: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  const [command = '', ...parameters] = [...diesWithUs(), ...words];
  const child = spawn(command, parameters, { stdio: 'pipe', env: { ...process.env, WELFARE_HUB_CONFIG: '', ...env } });
  const story = createStory<string>();
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const follow = (lines: string[]) => (line: string) => {
    lines.push(line);
    story.tell(line);
  };
  createInterface({ input: child.stdout }).on('line', follow(stdout));
  createInterface({ input: child.stderr }).on('line', follow(stderr));
  child.on('error', (error) => stderr.push(error.message));
  // What is typed to a program that has ended is lost; that it has ended is told by `end`.
  child.stdin.on('error', () => {});
  const ended = new Promise<Ending>((resolve) => {
    child.once('close', (status, signal) => resolve({ status, signal }));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const standing = (): string =>
    [`${words.join(' ')} said:`, ...stdout.slice(-shownLines), ...stderr.slice(-shownLines)].join('\n');
  return {
    pid: child.pid ?? 0,
    stdout,
    stderr,
    async said(what, fits, times = 1) {
      let left = times;
      const heard = story.until((line) => fits(line) && (left -= 1) === 0);
      const over = ended.then(({ status, signal }) => {
        throw new Error(`ended (${status ?? signal}) before ${what}; ${standing()}`);
      });
      return await inTime(what, Promise.race([heard, over]), standing);
    },
    type: (line) => child.stdin.write(`${line}\n`),
    closeInput: () => child.stdin.end(),
    kill: (signal) => child.kill(signal),
    end: async () => await inTime('its end', ended, standing),
  };
}

/** What is awaited, or an error that says what it was and how things stood when the time was up. */
export async function inTime<Value>(what: string, awaited: Promise<Value>, standing: () => string): Promise<Value> {
  return await new Promise((resolve, reject) => {
    const cancel = realClock.at(realClock.monotonicMs() + deadlineMs, () => {
      reject(new Error(`waited ${deadlineMs} ms for ${what}; ${standing()}`));
    });
    awaited.then(resolve, reject).finally(cancel);
  });
}
