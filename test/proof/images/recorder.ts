import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalFile } from '#agent/journal/journal.ts';
import type { Log } from '#protocol/core/log.ts';
import { diesWithUs } from '#simulator/network/mosquitto.ts';
import { createSeededRandom } from '#simulator/seededRandom.ts';
import { expectStrace, readTrace } from '#test/strace.ts';
import { type Image, imageOf, playDisk } from './disk.ts';
import { type DiskStep, notRecorded, readSteps } from './diskSteps.ts';
import { type Deed, drawLife, type Length } from './life.ts';
import { performDeed } from './performDeed.ts';

/** The calls that change files, and those by which it is known which file they change. */
const tracedCalls = [
  ['openat', 'open', 'creat', 'close', 'dup', 'dup2', 'dup3', 'lseek'],
  ['write', 'pwrite64', 'writev', 'pwritev', 'pwritev2', 'sendfile', 'copy_file_range'],
  ['ftruncate', 'truncate', 'fallocate', 'fsync', 'fdatasync', 'sync_file_range'],
  ['unlink', 'unlinkat', 'rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink', 'symlinkat'],
].flat();

const longestString = 1_000_000;

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Everything that a life of the journal asked of the disk, in order. */
export interface Recording {
  seed: number;
  life: readonly Deed[];
  /** What was there before; the first steps lay it down. */
  found: Image;
  steps: readonly DiskStep[];
}

/**
 * Plays the life of this seed in processes of their own, each under strace, and reads what they did to the disk. A day
 * more is lived with what was found.
 */
export function recordLife(seed: number, folder: string, found?: Image): Recording {
  expectStrace();
  const journalFolder = join(folder, 'journal');
  const marksFile = join(folder, 'marks');
  mkdirSync(journalFolder);
  found?.forEach((bytes, name) => writeFileSync(join(journalFolder, name), bytes, { mode: 0o600 }));
  const length: Length = found === undefined ? 'whole' : 'day';
  const life = drawLife(createSeededRandom(seed), length);
  const runs: ReturnType<typeof readTrace>[] = [];
  for (let from = 0; from < life.length; ) {
    const trace = join(folder, `trace-${runs.length}`);
    const isKilled = life.findIndex((deed, index) => index >= from && deed.does === 'kill');
    const strace = ['strace', '-xx', '-s', String(longestString), '-e', `trace=${tracedCalls.join()}`, '-o', trace];
    const program = [
      process.execPath,
      import.meta.filename,
      String(seed),
      length,
      String(from),
      journalFolder,
      marksFile,
    ];
    const [command = '', ...words] = [...diesWithUs(), ...strace, ...program];
    const { status, signal, stderr } = spawnSync(command, words, { encoding: 'utf8' });
    // strace ends as its program did.
    if ((isKilled < 0 ? status : signal) !== (isKilled < 0 ? 0 : 'SIGKILL')) {
      throw new Error(`the life of seed ${seed} ended with ${status ?? signal} after deed ${from}: ${stderr}`);
    }
    runs.push(readTrace(readFileSync(trace, 'latin1')));
    from = isKilled < 0 ? life.length : isKilled + 1;
  }
  const steps = readSteps(runs, { journalFolder, marksFile }, found ?? new Map());
  expectWhole(steps, journalFolder);
  return { seed, life, found: found ?? new Map(), steps };
}

/** A record from which not every byte of the files comes out again would prove nothing. */
function expectWhole(steps: readonly DiskStep[], folder: string): void {
  const disk = playDisk();
  steps.forEach(disk.take);
  const played = imageOf(disk, disk.pending);
  const names = new Set([...played.keys(), ...readdirSync(folder).filter((name) => !notRecorded.includes(name))]);
  const other = [...names].filter((name) => played.get(name)?.equals(readFileSync(join(folder, name))) !== true);
  if (other.length > 0) throw new Error(`the record is not whole: ${other.join()} came out otherwise`);
}

/** The program under strace: does the deeds of a life from one on, and marks the begin and the end of each. */
function live(life: readonly Deed[], from: number, folder: string, marksFile: string): void {
  const file = join(folder, 'journal.db');
  const marks = openSync(marksFile, 'a');
  let journal: JournalFile | undefined;
  for (let index = from; index < life.length; index += 1) {
    const deed = life[index];
    if (deed === undefined) break;
    if (deed.does === 'kill') process.kill(process.pid, 'SIGKILL');
    else {
      writeSync(marks, `begin ${index}\n`);
      ({ journal } = performDeed(deed, { file, journal, log: silent }));
      writeSync(marks, `end ${index}\n`);
    }
  }
  closeSync(marks);
}

if (import.meta.main) {
  const [seed, length, from, folder = '', marksFile = ''] = process.argv.slice(2);
  const life = drawLife(createSeededRandom(Number(seed)), length === 'day' ? 'day' : 'whole');
  live(life, Number(from), folder, marksFile);
}
