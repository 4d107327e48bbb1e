import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLogRecorder } from '#test/logRecorder.ts';
import { openJournal } from './journal.ts';
import { readLogFile } from './logFile.ts';

const stamp = { boot: 'boot', monotonicMs: 0, wallMs: 0, trusted: false };
const logHeaderBytes = 32;
const frameBytes = 24 + 1_024;
/** The frame whose header has its first eight bytes in one sector and the rest in the next: 32 + 41 * 1048 is 504 modulo 512. */
const splitFrame = 41;

test('half of a frame header from a former round of the log, after a power cut, is no second commit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'torn-'));
  const file = join(folder, 'journal.db');
  const journal = openJournal({ file, log: createLogRecorder().log });
  journal.commit(stamp, [{ kind: 'started', body: {} }]);
  const committed = readFileSync(`${file}-wal`).length;
  journal.commit(stamp, [], [{ key: 'configuration/current', value: 'x'.repeat(60_000) }]);
  const log = readFileSync(`${file}-wal`);
  journal.close();
  // The power goes while the long commit is written: its first page did not arrive, and of one header only a half.
  const split = logHeaderBytes + splitFrame * frameBytes;
  expect(split).toBeGreaterThan(committed);
  expect(log.length).toBeGreaterThan(split + frameBytes);
  log.fill(0, committed + 24, committed + frameBytes);
  log.writeUInt32BE(116, split + 4);
  writeFileSync(`${file}-torn`, log);
  expect(readLogFile(`${file}-torn`).commitsBehind).toBe(1);
  rmSync(folder, { recursive: true });
});
