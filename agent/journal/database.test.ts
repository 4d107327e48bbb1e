import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { applicationId, migrations } from './schema.ts';

test('every connection of the agent, the first and all later ones, has the settings that durability rests on', () => {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  for (const isFirst of [true, false]) {
    const { database, created } = openDatabase(join(folder, 'journal.db'), 1_048_576);
    const setting = (name: string) => database.pragma(name, { simple: true });
    expect(created).toBe(isFirst);
    expect(setting('journal_mode')).toBe('wal');
    // 2 is FULL: each commit is synced before it returns.
    expect(setting('synchronous')).toBe(2);
    expect(setting('page_size')).toBe(1_024);
    expect(setting('wal_autocheckpoint')).toBe(100);
    expect(setting('foreign_keys')).toBe(1);
    expect(setting('trusted_schema')).toBe(0);
    expect(setting('cell_size_check')).toBe(1);
    expect(setting('max_page_count')).toBe(1_024);
    expect(setting('application_id')).toBe(applicationId);
    expect(setting('user_version')).toBe(migrations.length);
    database.close();
  }
  rmSync(folder, { recursive: true });
});
