import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openForWriting } from './database.ts';
import { openLogReader } from './reader.ts';
import { openStore, pruneLimit } from './store.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  file = join(folder, 'centre.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a store', () => {
  test('lets go of what is too old in bounded pieces', () => {
    const store = openStore(file);
    store.together(() => {
      for (let count = 0; count <= pruneLimit; count += 1) store.log({ kind: 'x', words: '', body: {} }, count);
    });
    expect(store.prune(Date.UTC(2026, 0, 15))).toBe(pruneLimit);
    expect(store.prune(Date.UTC(2026, 0, 15))).toBe(1);
    store.close();
  });

  test("that is another program's, or newer, is refused and left as it is", () => {
    const { database, close } = openForWriting(file);
    database.pragma('user_version = 99');
    close();
    expect(() => openStore(file)).toThrow(expect.objectContaining({ code: 'store/foreign' }) as Error);
    const again = openForeign();
    expect(() => openStore(again)).toThrow(expect.objectContaining({ code: 'store/foreign' }) as Error);
    expect(() => openLogReader(again)).toThrow(expect.objectContaining({ code: 'store/foreign' }) as Error);
    expect(() => openLogReader(join(folder, 'none.db'))).toThrow(
      expect.objectContaining({ code: 'store/missing' }) as Error,
    );
  });

  test('is synced with every commit, so that an acknowledged alarm survives a power cut', () => {
    const { database, close } = openForWriting(file);
    expect(database.pragma('synchronous', { simple: true })).toBe(2);
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    close();
  });
});

/** A file that is no store, though SQLite's. */
function openForeign(): string {
  const name = join(folder, 'foreign.db');
  const { database, close } = openForWriting(name);
  database.pragma('application_id = 1');
  close();
  return name;
}
