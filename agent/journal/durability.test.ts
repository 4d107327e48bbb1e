import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Log } from '#protocol/core/log.ts';
import { openJournal } from './journal.ts';
import { openJournalReader } from './reader.ts';

/** Real processes on real files: killed right after a commit, kept out by another one, or refused the disk. */
let folder = '';
let file = '';

const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(folder, 'journal.db');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** A program that opens the journal and commits one report after the other; it prints what has returned. */
const writer = `
  import { writeSync } from 'node:fs';
  import { openJournal } from '#agent/journal/journal.ts';
  const tell = (line) => writeSync(1, line + '\\n');
  const log = { debug() {}, info() {}, warn() {}, error: (_, message) => tell('log ' + message) };
  let journal;
  try {
    journal = openJournal({ file: process.argv[1], log });
    tell('open');
    for (let index = 0; index < Number(process.argv[2]); index += 1) {
      const stamp = { boot: 'b', monotonicMs: index, wallMs: 0, trusted: false };
      const body = { record: 'x'.repeat(300), buffered: false };
      journal.commit(stamp, [{ kind: 'report', ref: 'R' + index, priority: 8, body }]);
      tell('R' + index);
    }
  } catch (error) {
    tell(error.code);
    if (journal !== undefined) tell('then ' + [...journal.pending()].length);
  }
`;

const asProgram = ['--input-type=module', '--eval', writer];

function refsAfterwards(): string[] {
  const journal = openJournal({ file, log });
  const refs = [...journal.pending()].map(({ ref }) => ref);
  journal.close();
  return refs;
}

function expectSound(): void {
  const database = new Database(file, { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  database.close();
}

/** Starts the writer, kills it at the given line and returns the lines that it had said by then. */
async function killAt(line: string): Promise<string[]> {
  const child = spawn(process.execPath, [...asProgram, file, '1000000'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  const said: string[] = [];
  for await (const each of createInterface({ input: child.stdout })) {
    said.push(each);
    if (each === line) child.kill('SIGKILL');
  }
  await exited;
  expect(child.signalCode).toBe('SIGKILL');
  return said;
}

describe('what was committed survives the death of the agent at any moment (B1.1)', () => {
  test.each(['open', 'R0', 'R1', 'R37', 'R250'])('killed at %s', async (line) => {
    const committed = (await killAt(line)).slice(1);
    const found = refsAfterwards();
    expect(found.slice(0, committed.length)).toEqual(committed);
    // The one commit that had not told of its return yet may be there or not.
    expect(found.length - committed.length).toBeLessThanOrEqual(1);
    expectSound();
  });
});

describe('a second process', () => {
  test('may not write while the agent runs', () => {
    const journal = openJournal({ file, log });
    const second = spawnSync(process.execPath, [...asProgram, file, '1'], { encoding: 'utf8' });
    expect(second.stdout).toBe('journal/in-use\n');
    journal.close();
    const third = spawnSync(process.execPath, [...asProgram, file, '1'], { encoding: 'utf8' });
    expect(third.stdout).toBe('open\nR0\n');
  });

  test('may read while the agent runs, and sees each commit when it has returned', async () => {
    const child = spawn(process.execPath, [...asProgram, file, '50'], { stdio: ['pipe', 'pipe', 'inherit'] });
    let read = -1;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'open') continue;
      const reader = openJournalReader(file);
      read = [...reader.events()].length;
      reader.close();
      expect(read).toBeGreaterThanOrEqual(Number(line.slice(1)) + 1);
    }
    expect(read).toBe(50);
  });
});

test('a disk that fails is told by its code; what had returned is there, and nothing is half done', () => {
  // The shell forbids files over 200 kB; writing on is an error of the disk to SQLite.
  const command = `ulimit -f 200; exec "$0" "$@"`;
  const { stdout } = spawnSync('bash', ['-c', command, process.execPath, ...asProgram, file, '1000000'], {
    encoding: 'utf8',
  });
  const lines = stdout.trimEnd().split('\n');
  const committed = lines.filter((line) => /^R\d+$/u.test(line));
  expect(committed.length).toBeGreaterThan(20);
  const found = refsAfterwards();
  expect(lines.slice(-3)).toEqual([
    'log the disk fails: the journal is opened anew',
    'journal/io',
    `then ${found.length}`,
  ]);
  expect(found.slice(0, committed.length)).toEqual(committed);
  expect(found.length - committed.length).toBeLessThanOrEqual(1);
  expectSound();
});

test('the settings that durability rests on hold in the file itself', () => {
  openJournal({ file, log }).close();
  const database = new Database(file, { readonly: true });
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(database.pragma('page_size', { simple: true })).toBe(1_024);
  database.close();
});
