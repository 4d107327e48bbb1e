import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openJournal } from '#agent/journal/journal.ts';
import { checkJournalFile } from '#agent/journal/verify.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { copyJournal, spoilJournal } from './journalFile.ts';

/** A journal in which one alarm waits. */
function lived(): string {
  const folder = mkdtempSync(join(tmpdir(), 'journal-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'journal.db');
  const journal = openJournal({ file, log: createLogRecorder().log });
  const stamp = { boot: 'boot-1', monotonicMs: 1_000, wallMs: 1_767_225_600_000, trusted: true };
  journal.commit(stamp, [{ kind: 'report', ref: 'R1', priority: 8, body: { record: '{}', buffered: false } }]);
  journal.close();
  return file;
}

test.each([
  ['damaged', 'damaged'],
  ['gone', 'missing'],
  ['newer', 'newer'],
] as const)('a journal that is to be %s is %s for who looks at it', (fate, is) => {
  const file = lived();
  expect(checkJournalFile(file, 'whole').is).toBe('sound');
  spoilJournal(file, fate);
  expect(checkJournalFile(file, 'whole').is).toBe(is);
});

test('a copy takes the place of whatever is there', () => {
  const file = lived();
  copyJournal(file, `${file}.copied`);
  spoilJournal(file, 'damaged');
  copyJournal(`${file}.copied`, file);
  expect(checkJournalFile(file, 'whole')).toMatchObject({ is: 'sound', waiting: 1 });
});
