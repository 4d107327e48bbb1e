import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CannotRun } from './benchmark.ts';
import { programOf } from './child.ts';

/** A disk of its own, so that what reaches it can be counted. */
export interface LoopDisk {
  /** Where its file system is mounted. */
  folder: string;
  /** Bytes written to the disk since it was made, after everything that waited in memory was written too. */
  bytesWritten(): number;
  /** Unmounts it and gives the device back. Calling it twice does nothing. */
  remove(): void;
}

const imageBytes = 128 * 1_048_576;
/** The unit of /sys/block/…/stat, whatever the disk's own is. */
const sectorBytes = 512;
/** In that file: sectors written. */
const sectorsWrittenField = 6;

/**
 * Makes an ext4 file system on a loop device whose image lies in `parent`.
 *
 * @throws CannotRun when this machine has no loop devices to give, or we are not root.
 */
export function makeLoopDisk(parent: string): LoopDisk {
  if (process.getuid?.() !== 0) throw new CannotRun('only root can have a loop device');
  const losetup = programOf('losetup', 'mount');
  const mount = programOf('mount', 'mount');
  const umount = programOf('umount', 'mount');
  const mkfs = programOf('mkfs.ext4', 'e2fsprogs');
  const image = join(parent, 'disk.img');
  const folder = join(parent, 'disk');
  const undo: (() => void)[] = [];
  const remove = () => {
    process.removeListener('exit', remove);
    for (let last = undo.pop(); last !== undefined; last = undo.pop()) last();
  };
  // Before those who were there first: they remove the folder that this is mounted in.
  process.prependListener('exit', remove);
  try {
    makeEmptyFile(image, imageBytes);
    mkdirSync(folder);
    const device = attempt('this machine gives no loop device', losetup, ['--find', '--show', image]).trim();
    undo.push(() => call(losetup, ['--detach', device]));
    // Nothing is written behind our back: the tables are made at once and not bit by bit after the first mount.
    call(mkfs, ['-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', device]);
    attempt('this machine mounts no loop device', mount, ['-t', 'ext4', device, folder]);
    undo.push(() => call(umount, [folder]));
    const statistics = join('/sys/block', basename(device), 'stat');
    return {
      folder,
      bytesWritten() {
        call('sync', ['--file-system', folder]);
        const fields = readFileSync(statistics, 'utf8').trim().split(/\s+/u);
        return Number(fields[sectorsWrittenField]) * sectorBytes;
      },
      remove,
    };
  } catch (error) {
    remove();
    throw error;
  }
}

function makeEmptyFile(file: string, bytes: number): void {
  const descriptor = openSync(file, 'wx');
  ftruncateSync(descriptor, bytes);
  closeSync(descriptor);
}

function call(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function attempt(problem: string, command: string, args: readonly string[]): string {
  try {
    return call(command, args);
  } catch (error) {
    throw new CannotRun(`${problem}: ${error instanceof Error ? error.message.trim() : String(error)}`);
  }
}
