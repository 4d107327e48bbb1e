import { hash } from 'node:crypto';
import type { DiskStep } from './diskSteps.ts';

/** What a disk may or may not have done by the time of a power cut. */
export type Pending = Exclude<DiskStep, { does: 'sync' | 'sync-names' | 'begin' | 'end' }>;

/** The files of a folder by name, as they are found after a power cut. */
export type Image = ReadonlyMap<string, Buffer>;

/** A disk at a moment: what it holds for certain, and what it was asked to write and not yet to sync. */
export interface Disk {
  readonly files: ReadonlyMap<number, Buffer>;
  readonly names: ReadonlyMap<string, number>;
  /** In the order in which it was asked. */
  readonly pending: readonly Pending[];
}

/** A disk that keeps its word and no more: a sync makes certain what was written to that file, or all names. */
export interface PlayedDisk extends Disk {
  take(step: DiskStep): void;
}

export function playDisk(): PlayedDisk {
  const files = new Map<number, Buffer>();
  const names = new Map<string, number>();
  let pending: Pending[] = [];

  function settle(isSettled: (step: Pending) => boolean): void {
    perform({ files, names }, pending.filter(isSettled));
    pending = pending.filter((step) => !isSettled(step));
  }

  return {
    files,
    names,
    get pending() {
      return pending;
    },
    take(step) {
      switch (step.does) {
        case 'sync':
          // Not even the name of a new file: only the folder's own sync makes it certain.
          settle((other) => (other.does === 'write' || other.does === 'truncate') && other.file === step.file);
          break;
        case 'sync-names':
          settle(isOfNames);
          break;
        case 'begin':
        case 'end':
          break;
        default:
          pending = [...pending, step];
      }
    },
  };
}

export function isOfNames(step: Pending): boolean {
  return step.does === 'create' || step.does === 'rename' || step.does === 'unlink';
}

/** What is found when, of what was pending, these arrived, in this order. */
export function imageOf(disk: Disk, arrived: readonly Pending[]): Image {
  const files = new Map(disk.files);
  const names = new Map(disk.names);
  perform({ files, names }, arrived);
  return new Map([...names].map(([name, file]) => [name, files.get(file) ?? Buffer.alloc(0)]));
}

interface Folder {
  files: Map<number, Buffer>;
  names: Map<string, number>;
}

/** Buffers are never changed once others may have them: each file that is written is copied once. */
function perform({ files, names }: Folder, steps: readonly Pending[]): void {
  const lengths = new Map<number, number>();
  for (const step of steps) {
    if (step.does === 'write') {
      const end = step.offset + step.bytes.length;
      lengths.set(step.file, Math.max(end, lengths.get(step.file) ?? 0));
    }
  }
  const written = new Map<number, { bytes: Buffer; length: number }>();
  const writtenOf = (file: number): { bytes: Buffer; length: number } => {
    const found = written.get(file);
    if (found !== undefined) return found;
    const before = files.get(file) ?? Buffer.alloc(0);
    const copy = { bytes: Buffer.alloc(Math.max(before.length, lengths.get(file) ?? 0)), length: before.length };
    before.copy(copy.bytes);
    written.set(file, copy);
    return copy;
  };
  for (const step of steps) performOne(step, { names, writtenOf });
  for (const [file, { bytes, length }] of written) files.set(file, bytes.subarray(0, length));
}

function performOne(
  step: Pending,
  { names, writtenOf }: { names: Map<string, number>; writtenOf(file: number): { bytes: Buffer; length: number } },
): void {
  switch (step.does) {
    case 'write': {
      const file = writtenOf(step.file);
      step.bytes.copy(file.bytes, step.offset);
      file.length = Math.max(file.length, step.offset + step.bytes.length);
      break;
    }
    case 'truncate': {
      const file = writtenOf(step.file);
      if (step.length > file.bytes.length) {
        file.bytes = Buffer.concat([file.bytes, Buffer.alloc(step.length - file.bytes.length)]);
      }
      file.bytes.fill(0, step.length);
      file.length = step.length;
      break;
    }
    case 'create':
      names.set(step.name, step.file);
      break;
    case 'unlink':
      names.delete(step.name);
      break;
    case 'rename': {
      const file = names.get(step.name);
      // The disk may have lost the name before.
      if (file === undefined) break;
      names.delete(step.name);
      names.set(step.to, file);
      break;
    }
  }
}

/** The same for images that are the same, byte by byte. */
export function fingerprintOf(image: Image): string {
  const parts = [...image].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return parts.map(([name, bytes]) => `${name} ${hash('sha1', bytes, 'base64')}`).join();
}
