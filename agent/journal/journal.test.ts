import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Entry, Stamp } from '#agent/hub/ports.ts';
import type { Log } from '#protocol/core/log.ts';
import { JournalError } from './errors.ts';
import { type JournalFile, openJournal } from './journal.ts';
import { bodyLimit } from './rows.ts';
import { applicationId, migrations } from './schema.ts';

let folder = '';
let file = '';
let logged: string[] = [];
let opened: JournalFile[] = [];

const log: Log = {
  debug: (_, message) => logged.push(message),
  info: (_, message) => logged.push(message),
  warn: (_, message) => logged.push(message),
  error: (_, message) => logged.push(message),
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(folder, 'journal.db');
  logged = [];
  opened = [];
});

afterEach(() => {
  opened.forEach((journal) => journal.close());
  rmSync(folder, { recursive: true });
});

function open(limits: { limitBytes?: number; reserveBytes?: number } = {}): JournalFile {
  const journal = openJournal({ file, log, ...limits });
  opened.push(journal);
  return journal;
}

function stamp(monotonicMs = 1_000.4): Stamp {
  return { boot: '6f9d1c5e-3b41-4d0e-9f43-0c7c2d1f8a11', monotonicMs, wallMs: 1_767_225_600_000, trusted: true };
}

function report(ref: string, priority = 8, record = `{"ref":"${ref}"}`): Entry {
  return { kind: 'report', ref, priority, body: { record, buffered: false } };
}

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return error instanceof JournalError ? error.code : `not a JournalError: ${String(error)}`;
  }
  return 'no error';
}

/** Asks the file itself, from a connection of its own. */
function ask(sql: string): unknown[] {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

function everything(): unknown {
  return { event: ask('select * from event'), outbox: ask('select * from outbox') };
}

describe('what waits for the centre', () => {
  test('is read highest priority first, then oldest first (B2.6)', () => {
    const journal = open();
    journal.commit(stamp(), [report('A', 2), report('B', 8), report('C', 9)]);
    journal.commit(stamp(), [report('D', 8), report('E', 0)]);
    expect([...journal.pending()].map(({ ref }) => ref)).toEqual(['C', 'B', 'D', 'A', 'E']);
  });

  test('is read whole and in order when it is more than one batch', () => {
    const journal = open();
    const refs = Array.from({ length: 1_203 }, (_, index) => `R${index}`);
    journal.commit(
      stamp(),
      refs.map((ref) => report(ref)),
    );
    expect([...journal.pending()].map(({ ref }) => ref)).toEqual(refs);
  });

  test('can be settled while it is being read', () => {
    const journal = open();
    journal.commit(stamp(), [report('A'), report('B'), report('C')]);
    for (const { ref } of journal.pending()) journal.commit(stamp(), [{ kind: 'acknowledged', ref, body: {} }]);
    expect([...journal.pending()]).toEqual([]);
  });

  test('is found again as it was committed, word for word', () => {
    const journal = open();
    const record = '{"ref":"A",  "text":"räksmörgås \\u0000 \'"}';
    const [seq] = journal.commit(stamp(), [report('A', 8, record)]);
    expect(journal.findPending('A')).toEqual({
      seq,
      ref: 'A',
      priority: 8,
      stamp: stamp(1_000),
      body: { record, buffered: false },
    });
    expect(journal.findPending('B')).toBeUndefined();
  });

  test.each(['acknowledged', 'superseded'] as const)('waits no more once it is %s', (kind) => {
    const journal = open();
    journal.commit(stamp(), [report('A'), report('B')]);
    journal.commit(stamp(), [{ kind, ref: 'A', body: { by: 'centre' } }]);
    expect([...journal.pending()].map(({ ref }) => ref)).toEqual(['B']);
    expect(ask('select kind, ref from event')).toContainEqual({ kind, ref: 'A' });
  });

  test('is replaced by a newer update in one commit (B1.3)', () => {
    const journal = open();
    journal.commit(stamp(), [report('A1')]);
    journal.commit(stamp(), [{ kind: 'superseded', ref: 'A1', body: { by: 'A2' } }, report('A2')]);
    expect([...journal.pending()].map(({ ref }) => ref)).toEqual(['A2']);
  });

  test('may be settled without waiting here: an alarm that the journal could not take (B1.1)', () => {
    const journal = open();
    const [seq] = journal.commit(stamp(), [{ kind: 'acknowledged', ref: 'Z', body: {} }]);
    expect(ask('select seq, kind, ref from event')).toEqual([{ seq, kind: 'acknowledged', ref: 'Z' }]);
  });
});

describe('a commit', () => {
  test('numbers its entries in order', () => {
    const journal = open();
    expect(journal.commit(stamp(), [{ kind: 'started', body: {} }, report('A')])).toEqual([1, 2]);
    expect(journal.commit(stamp(), [])).toEqual([]);
    expect(journal.commit(stamp(), [report('B')])).toEqual([3]);
  });

  test.each<[string, Entry]>([
    ['a reference that waits already', report('A')],
    ['a priority that SCAIP does not know', report('D', 10)],
    ['a body over the limit', { kind: 'stopped', body: { text: 'x'.repeat(bodyLimit) } }],
  ])('that breaks a rule leaves everything as it was: %s', (_, wrong) => {
    const journal = open();
    journal.commit(stamp(), [report('A'), report('B')]);
    const before = everything();
    const right: Entry[] = [report('C'), { kind: 'acknowledged', ref: 'B', body: {} }];
    expect(codeOf(() => journal.commit(stamp(), [...right, wrong]))).toBe('journal/refused');
    expect(everything()).toEqual(before);
    journal.commit(stamp(), right);
    expect([...journal.pending()].map(({ ref }) => ref)).toEqual(['A', 'C']);
  });

  test('takes a body at the limit', () => {
    const journal = open();
    const around = JSON.stringify({ text: '' }).length;
    journal.commit(stamp(), [{ kind: 'stopped', body: { text: 'x'.repeat(bodyLimit - around) } }]);
    expect(ask('select length(body) as length from event')).toEqual([{ length: bodyLimit }]);
  });

  test('that finds the file full says so, does nothing, and the next that fits is taken', () => {
    const journal = open({ limitBytes: 100 * 1_024, reserveBytes: 0 });
    journal.commit(stamp(), [report('A')]);
    const before = everything();
    const large: Entry = { kind: 'stopped', body: { text: 'x'.repeat(60_000) } };
    expect(codeOf(() => journal.commit(stamp(), [report('B'), large, large]))).toBe('journal/full');
    expect(everything()).toEqual(before);
    journal.commit(stamp(), [report('C')]);
    expect([...journal.pending()].map(({ ref }) => ref)).toEqual(['A', 'C']);
  });

  test('cannot be made after the journal was closed', () => {
    const journal = open();
    journal.close();
    journal.close();
    expect(codeOf(() => journal.commit(stamp(), [report('A')]))).toBe('journal/closed');
  });

  test('costs the card about one block: the pages of a press and its acknowledgement', () => {
    const journal = open();
    const record = JSON.stringify({ v: 1, hub: 'hub-0001', text: 'x'.repeat(300) });
    const commits = 20;
    const emptyBytes = statSync(`${file}-wal`).size;
    for (let index = 0; index < commits; index += 2) {
      journal.commit(stamp(), [report(`R${index}`, 8, record)]);
      journal.commit(stamp(), [{ kind: 'acknowledged', ref: `R${index}`, body: { hash: 'x'.repeat(64), snu: 0 } }]);
    }
    const bytesPerCommit = (statSync(`${file}-wal`).size - emptyBytes) / commits;
    expect(bytesPerCommit).toBeGreaterThan(1_024);
    expect(bytesPerCommit).toBeLessThan(4_608);
  });
});

describe('the story of what happened', () => {
  test.each([
    ['update event set body = ? where seq = 1', 'no row of event is changed'],
    ['delete from event where body <> ?', 'only retention takes rows of event away'],
    [
      "insert or replace into event (seq, boot, monotonic_ms, wall_ms, trusted, kind, body) values (1, '', 0, 0, 0, '', ?)",
      'only retention takes rows of event away',
    ],
  ])('cannot be rewritten: %s', (sql, reason) => {
    const journal = open();
    journal.commit(stamp(), [report('A')]);
    const before = everything();
    const database = new Database(file);
    database.pragma('recursive_triggers = on');
    expect(() => database.prepare(sql).run('{}')).toThrow(reason);
    database.close();
    expect(everything()).toEqual(before);
  });
});

describe('opening', () => {
  test('makes a new journal aloud, readable by its owner and group alone', () => {
    open();
    expect(logged).toEqual(['no journal was there: a new one is made']);
    expect(statSync(file).mode & 0o007).toBe(0);
    expect(statSync(`${file}-wal`).mode & 0o007).toBe(0);
    expect(readdirSync(folder).toSorted()).toEqual([
      'journal.db',
      'journal.db-shm',
      'journal.db-wal',
      'journal.db.ballast',
      'journal.db.lock',
    ]);
  });

  test('finds what was committed before', () => {
    const journal = open();
    journal.commit(stamp(), [report('A')]);
    journal.close();
    expect([...open().pending()].map(({ ref }) => ref)).toEqual(['A']);
  });

  test('replaces the draft that a power cut left behind', () => {
    writeFileSync(`${file}.new`, 'half');
    open().commit(stamp(), [report('A')]);
    expect(readdirSync(folder)).not.toContain('journal.db.new');
  });

  test('is refused to a second agent while the first runs, and to nobody afterwards', () => {
    const first = open();
    expect(codeOf(() => open())).toBe('journal/in-use');
    first.commit(stamp(), [report('A')]);
    first.close();
    expect([...open().pending()]).toHaveLength(1);
  });

  test('brings an older file to the present version', () => {
    const old = new Database(file);
    old.pragma('page_size = 1024');
    old.pragma(`application_id = ${applicationId}`);
    old.exec('create table unrelated (x)');
    old.close();
    open().commit(stamp(), [report('A')]);
    expect(readFileSync(file).readUInt32BE(60)).toBe(migrations.length);
  });
});
