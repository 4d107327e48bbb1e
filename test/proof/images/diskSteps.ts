import { basename, dirname } from 'node:path';
import type { SystemCall } from '#test/strace.ts';

/** What a program asked of the disk. A file has a number, because its name may change hands. */
export type DiskStep =
  | { does: 'write'; file: number; offset: number; bytes: Buffer }
  | { does: 'truncate'; file: number; length: number }
  /** All that was written to the file so far is on the disk when this has returned. */
  | { does: 'sync'; file: number; name: string }
  | { does: 'create'; file: number; name: string }
  | { does: 'rename'; name: string; to: string }
  | { does: 'unlink'; name: string }
  /** All names so far are on the disk. */
  | { does: 'sync-names' }
  | { does: 'begin' | 'end'; deed: number };

/** The index of the log lives in shared memory and is made anew; the lock stays empty. Neither holds anything. */
export const notRecorded: readonly string[] = ['journal.db-shm', 'journal.db.lock'];

/** Where the program's files lie, and the file in which it marks the begin and the end of its deeds. */
export interface Places {
  journalFolder: string;
  marksFile: string;
}

interface Opened {
  of: 'journal' | 'folder' | 'marks';
  file: number;
  name: string;
  /** Where the next write without an offset goes. */
  at: number;
}

/**
 * The steps of some runs on one folder, one after the other; first those that lay down what they found there.
 *
 * @throws when a call did something to the journal's files that is not understood.
 */
export function readSteps(
  runs: readonly (readonly SystemCall[])[],
  places: Places,
  found: ReadonlyMap<string, Buffer>,
): DiskStep[] {
  const steps: DiskStep[] = [];
  const names = followNames(places, (step) => steps.push(step));
  for (const [name, bytes] of found) {
    const file = names.create(name);
    steps.push({ does: 'write', file, offset: 0, bytes }, { does: 'sync', file, name });
  }
  steps.push({ does: 'sync-names' });
  for (const calls of runs) {
    const descriptors = new Map<number, Opened>();
    for (const call of calls) {
      if (call.returned === undefined || call.returned < 0) continue;
      if (call.name === 'openat') {
        const opened = names.open(textOf(call, 1), textOf(call, 2));
        if (opened === undefined) descriptors.delete(call.returned);
        else descriptors.set(call.returned, opened);
      } else if (call.name === 'close') {
        descriptors.delete(Number(textOf(call, 0)));
      } else if (call.name === 'unlink') {
        names.unlink(textOf(call, 0));
      } else if (call.name === 'rename') {
        names.rename(textOf(call, 0), textOf(call, 1));
      } else {
        const opened = descriptors.get(Number(textOf(call, 0)));
        if (opened !== undefined) steps.push(stepOn(opened, call));
        else if (call.parameters.some((one) => one.includes(places.journalFolder)))
          throw notUnderstood(call, 'the folder');
      }
    }
  }
  return steps;
}

/** Which name stands for which file. */
function followNames({ journalFolder, marksFile }: Places, tell: (step: DiskStep) => void) {
  const files = new Map<string, number>();
  let lastFile = 0;

  function nameOf(path: string): string | undefined {
    const name = basename(path);
    return dirname(path) === journalFolder && !notRecorded.includes(name) ? name : undefined;
  }

  function create(name: string): number {
    lastFile += 1;
    files.set(name, lastFile);
    tell({ does: 'create', file: lastFile, name });
    return lastFile;
  }

  return {
    create,
    open(path: string, flags: string): Opened | undefined {
      if (path === journalFolder) return { of: 'folder', file: 0, name: '', at: 0 };
      if (path === marksFile) return { of: 'marks', file: 0, name: '', at: 0 };
      const name = nameOf(path);
      if (name === undefined) return undefined;
      if (flags.includes('O_APPEND')) throw new Error(`${name} is written at its end, which is not understood here`);
      const found = files.get(name);
      if (found !== undefined && flags.includes('O_TRUNC')) tell({ does: 'truncate', file: found, length: 0 });
      return { of: 'journal', file: found ?? create(name), name, at: 0 };
    },
    rename(from: string, to: string): void {
      const [name, other] = [nameOf(from), nameOf(to)];
      const file = name === undefined ? undefined : files.get(name);
      if (name === undefined || other === undefined || file === undefined) throw new Error(`${from} became ${to}`);
      files.delete(name);
      files.set(other, file);
      tell({ does: 'rename', name, to: other });
    },
    unlink(path: string): void {
      const name = nameOf(path);
      if (name === undefined) return;
      files.delete(name);
      tell({ does: 'unlink', name });
    },
  };
}

function stepOn(opened: Opened, call: SystemCall): DiskStep {
  const { of, file, name } = opened;
  switch (call.name) {
    case 'fsync':
    case 'fdatasync':
      return of === 'folder' ? { does: 'sync-names' } : { does: 'sync', file, name };
    case 'pwrite64':
      return { does: 'write', file, offset: Number(textOf(call, 3)), bytes: bytesOf(call) };
    case 'ftruncate':
      return { does: 'truncate', file, length: Number(textOf(call, 1)) };
    case 'write': {
      const bytes = bytesOf(call);
      if (of === 'marks') return markOf(bytes.toString());
      const offset = opened.at;
      opened.at += bytes.length;
      return { does: 'write', file, offset, bytes };
    }
    default:
      throw notUnderstood(call, name);
  }
}

/** `begin 12` or `end 12`. */
function markOf(line: string): DiskStep {
  const [word, deed] = line.split(' ');
  return { does: word === 'begin' ? 'begin' : 'end', deed: Number(deed) };
}

function notUnderstood({ name }: SystemCall, what: string): Error {
  return new Error(`${name} on ${what} is not understood here: the images would be wrong`);
}

function textOf({ parameters }: SystemCall, index: number): string {
  return parameters[index]?.toString() ?? '';
}

/** What was written, which may be less than what was to be written. */
function bytesOf({ name, parameters, returned }: SystemCall): Buffer {
  const [, bytes] = parameters;
  if (!Buffer.isBuffer(bytes)) throw new Error(`a ${name} without its bytes`);
  return bytes.subarray(0, returned);
}
