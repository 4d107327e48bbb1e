import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogRecorder } from '#test/logRecorder.ts';
import { openJournal } from './journal.ts';

const stamp = { boot: 'b', monotonicMs: 0, wallMs: 0, trusted: true };
const secret = { key: 'configuration/current', value: { document: { modem: { pin: '4711' } } } };

let folder: string;
let file: string;
let recorder: ReturnType<typeof createLogRecorder>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rights-'));
  file = join(folder, 'journal.db');
  recorder = createLogRecorder();
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = () => openJournal({ file, log: recorder.log });
const rightsOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
/** The journal, its log and its shared memory, as far as they are there. */
const rights = (): string[] =>
  ['', '-wal', '-shm']
    .map((end) => `${file}${end}`)
    .filter((path) => existsSync(path))
    .map(rightsOf);

describe('the rights of the journal, which may hold a PIN', () => {
  test("are the owner's alone, of its log too, whatever the umask", () => {
    const umask = process.umask(0);
    try {
      const journal = open();
      journal.commit(stamp, [{ kind: 'started', body: {} }], [secret]);
      expect(rights()).toEqual(['600', '600', '600']);
      journal.close();
    } finally {
      process.umask(umask);
    }
  });

  test('are set right at the next start where an older program or a copy has left them open', () => {
    const journal = open();
    journal.commit(stamp, [{ kind: 'started', body: {} }], [secret]);
    journal.close();
    chmodSync(file, 0o644);
    writeFileSync(`${file}-wal`, '');
    chmodSync(`${file}-wal`, 0o666);
    const again = open();
    again.commit(stamp, [{ kind: 'stopped', body: {} }]);
    expect(rights()).toEqual(['600', '600', '600']);
    expect(again.kept()).toEqual([secret]);
    expect(recorder.lines.filter(({ level }) => level === 'error')).toEqual([]);
    again.close();
  });

  test('are those of every file beside it', () => {
    const umask = process.umask(0);
    try {
      const journal = open();
      const open644 = readdirSync(folder).filter((name) => rightsOf(join(folder, name)) !== '600');
      // The lock is empty, and stays so.
      expect(open644).toEqual(['journal.db.lock']);
      expect(statSync(`${file}.lock`).size).toBe(0);
      journal.close();
    } finally {
      process.umask(umask);
    }
  });
});
