import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { applicationId, migrations, pageBytes } from '#agent/journal/schema.ts';
import { diesWithUs } from '#simulator/network/mosquitto.ts';
import { faultWords } from '#test/proof/kills/hubProgram.ts';

/** What a disk, or what lies on it, may be like: each is done to the files of a journal. */

/** Puts it right again. */
export type Heal = () => void | Promise<void>;

const parts = ['', '-wal', '-shm'];

/** The journal and what belongs to it. */
function filesOf(journal: string): string[] {
  return parts.map((part) => `${journal}${part}`);
}

/** A disk of its own in memory, with a limit that the kernel keeps. Needs root, or a container's. */
export function mountSmallDisk(folder: string, megabytes: number): () => void {
  run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder);
  return () => run('umount', '--lazy', folder);
}

export function mountReadOnly(folder: string): Heal {
  run('mount', '-o', 'remount,ro', folder);
  return () => run('mount', '-o', 'remount,rw', folder);
}

function run(...words: string[]): void {
  const [command = '', ...parameters] = words;
  const { status, stderr, error } = spawnSync(command, parameters, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(
      `${words.join(' ')}: ${error?.message ?? stderr.trim()} (this proof needs root, to have disks of its own)`,
    );
  }
}

/** Fills the disk to its last byte. */
export function fillDisk(journal: string): Heal {
  const file = join(dirname(journal), 'filler');
  const descriptor = openSync(file, 'a');
  for (const size of [65_536, 4_096, 512, 1]) {
    try {
      for (;;) writeSync(descriptor, Buffer.alloc(size));
    } catch {
      // No room for so many bytes: fewer then.
    }
  }
  closeSync(descriptor);
  return () => rmSync(file, { force: true });
}

/**
 * Lets calls of a program that runs fail, or take their time, on the files of its journal: strace's words. Only on its main
 * thread, where the journal is: strace would follow the programs that it starts too, and not let go of one that forks.
 */
export async function faultCalls(pid: number, journal: string, inject: string): Promise<Heal> {
  const words = ['strace', '-o', '/dev/null', ...faultWords({ files: filesOf(journal), inject }), '-p', String(pid)];
  const [command = '', ...parameters] = [...diesWithUs(), ...words];
  const child = spawn(command, parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes('attached')) resolve();
    });
    child.once('close', () => reject(new Error(`strace ended: ${said}`)));
  });
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  return async () => {
    child.kill('SIGINT');
    // While it lets go it stops the program for a moment, which must not miss what comes then.
    await gone;
    process.kill(pid, 'SIGCONT');
  };
}

/** Folds the log into the file, as an end in order does. */
export function fold(journal: string): void {
  // Who reads nothing folds nothing.
  ask(journal, (database) => database.pragma('wal_checkpoint(truncate)'));
}

export function rootOf(journal: string, table: string): number {
  return ask(journal, (database) =>
    Number(database.prepare('select rootpage from sqlite_schema where name = ?').pluck().get(table)),
  );
}

export function cutOff(journal: string, share: number): void {
  const pages = Math.floor(readFileSync(journal).length / pageBytes);
  truncateSync(journal, Math.floor(pages * share) * pageBytes);
}

/** Writes the same journal down as a former version of the program did. */
export function writeAsVersion(journal: string, version: number): void {
  const columns = 'seq, boot, monotonic_ms, wall_ms, trusted, kind, ref, body';
  const { events, outbox, kept } = ask(journal, (database) => ({
    events: database.prepare(`select ${columns} from event`).raw().all(),
    outbox: database.prepare('select ref, seq, priority from outbox').raw().all(),
    kept: database.prepare('select key, value from kept').raw().all(),
  }));
  filesOf(journal).forEach((file) => rmSync(file, { force: true }));
  const old = new Database(journal);
  old.pragma(`page_size = ${pageBytes}`);
  old.pragma(`application_id = ${applicationId}`);
  migrations.slice(0, version).forEach((sql) => old.exec(sql));
  old.pragma(`user_version = ${version}`);
  const add = old.prepare(`insert into event (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?)`);
  events.forEach((row) => add.run(row));
  const addToOutbox = old.prepare('insert into outbox (ref, seq, priority) values (?, ?, ?)');
  outbox.forEach((row) => addToOutbox.run(row));
  // The first version kept nothing.
  if (version > 1) {
    const keep = old.prepare('insert into kept (key, value) values (?, ?)');
    kept.forEach((row) => keep.run(row));
  }
  old.pragma('journal_mode = wal');
  old.close();
}

function ask<Outcome>(journal: string, call: (database: Database.Database) => Outcome): Outcome {
  const database = new Database(journal);
  try {
    return call(database);
  } finally {
    database.close();
  }
}
