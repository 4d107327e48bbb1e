import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Entry, salvagedKey, type Stamp } from '#agent/hub/ports.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { type JournalFile, openJournal, salvageLimit } from './journal.ts';
import { setAsideFiles, setAsideLimit } from './salvage.ts';
import { applicationId, migrations } from './schema.ts';

const pageBytes = 1_024;
const frameBytes = 24 + pageBytes;

let folder = '';
let file = '';
let journal: JournalFile | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'salvage-'));
  file = join(folder, 'journal.db');
});

afterEach(() => {
  journal?.close();
  rmSync(folder, { recursive: true });
});

function open(): JournalFile {
  journal = openJournal({ file, log: createLogRecorder().log, reserveBytes: 65_536 });
  return journal;
}

const stamp: Stamp = { boot: 'boot-1', monotonicMs: 1_000, wallMs: 1_767_225_600_000, trusted: true };

function alarm(ref: string, length = 300): Entry {
  return {
    kind: 'report',
    ref,
    priority: 8,
    body: { record: `{"ref":"${ref}","pad":"${'x'.repeat(length)}"}`, buffered: false },
  };
}

const acknowledged = (ref: string): Entry => ({ kind: 'acknowledged', ref, body: { by: 'centre' } });

/** So many alarms that the centre has, three that wait (one of them over several pages), and two things that are kept. */
const settled = 60;
const waiting = ['WAITS1', 'WAITS2', 'WAITS3'];

function live(written: JournalFile): void {
  for (let index = 0; index < settled; index += 1) {
    written.commit(stamp, [alarm(`R${index}`)]);
    written.commit(stamp, [acknowledged(`R${index}`)]);
  }
  written.commit(stamp, [alarm('WAITS1')], [{ key: 'configuration', value: { version: 7 } }]);
  written.commit(stamp, [alarm('WAITS2', 5_000)], [{ key: 'visit', value: { open: true } }]);
  written.commit(stamp, [alarm('WAITS3')]);
}

/** A life that ended in order: everything is in the file. */
function fold(): void {
  live(open());
  journal?.close();
}

/** A life that ended with the power: the log is not folded in. */
function cutPower(): void {
  const written = open();
  live(written);
  leaveAsIs(written);
}

function leaveAsIs(written: JournalFile): void {
  for (const part of ['', '-wal']) copyFileSync(`${file}${part}`, join(folder, `kept${part}`));
  written.close();
  for (const part of ['', '-wal']) renameSync(join(folder, `kept${part}`), `${file}${part}`);
  rmSync(`${file}-shm`, { force: true });
}

function waits(opened: JournalFile): string[] {
  return [...opened.pending()].map(({ ref }) => ref).toSorted();
}

function keptBy(opened: JournalFile): Record<string, unknown> {
  return Object.fromEntries(opened.kept().map(({ key, value }) => [key, value]));
}

function pageOf(table: string): number {
  const database = new Database(file, { readonly: true });
  try {
    return Number(database.prepare('select rootpage from sqlite_schema where name = ?').pluck().get(table));
  } finally {
    database.close();
  }
}

function overwrite(page: number, bytes = pageBytes): void {
  const content = readFileSync(file);
  content.fill(0xa5, (page - 1) * pageBytes, (page - 1) * pageBytes + bytes);
  writeFileSync(file, content);
}

describe('what is damaged is salvaged, and every alarm that waits is still there:', () => {
  test.each<[string, () => void]>([
    ['the page of what waits', () => overwrite(pageOf('outbox'))],
    ['the root of all events', () => overwrite(pageOf('event'))],
    ['the definitions of the tables', () => overwrite(1)],
    ['the begin of the header', () => overwrite(1, 16)],
    [
      'the name of a column',
      () => writeFileSync(file, readFileSync(file, 'latin1').replaceAll('monotonic_ms', 'monotonik_ms'), 'latin1'),
    ],
    ['the name of the program in the header', () => writeAt(68, 'none')],
    ['an index, found when the outbox is checked', () => overwrite(pageOf('outbox_order'))],
  ])('%s', (_, damage) => {
    fold();
    damage();
    const before = readFileSync(file);
    const opened = open();
    expect(waits(opened)).toEqual(waiting);
    expect(keptBy(opened)).toMatchObject({ configuration: { version: 7 }, visit: { open: true } });
    const [aside = ''] = setAsideFiles(file);
    expect(readFileSync(aside)).toEqual(before);
    expect(opened.findPending('WAITS2')?.body.record).toHaveLength(5_025);
    opened.commit(stamp, [alarm('NEXT')]);
    expect(waits(opened)).toContain('NEXT');
  });

  function writeAt(offset: number, text: string): void {
    const content = readFileSync(file);
    content.write(text, offset);
    writeFileSync(file, content);
  }

  test('the page of what is kept: the rest goes on, and the hub is told how much is gone', () => {
    fold();
    overwrite(pageOf('kept'));
    const opened = open();
    expect(waits(opened)).toEqual(waiting);
    expect(keptBy(opened)).toEqual({ [salvagedKey]: expect.objectContaining({ kept: 0, lostPages: 1, waiting: 3 }) });
  });

  test('any page: nothing that waits is lost but what lay on that page, and that is told by name', () => {
    fold();
    const whole = readFileSync(file);
    const pages = whole.length / pageBytes;
    for (let page = 1; page <= pages; page += 7) {
      setAsideFiles(file).forEach((name) => rmSync(name));
      writeFileSync(file, whole);
      overwrite(page);
      const opened = open();
      const told = keptBy(opened)[salvagedKey] as { lostReports: string[] } | undefined;
      const found = [...waits(opened), ...(told?.lostReports ?? [])];
      for (const ref of waiting) expect(found, `page ${page}`).toContain(ref);
      opened.close();
      ['-wal', '-shm'].forEach((part) => rmSync(`${file}${part}`, { force: true }));
    }
  });

  test('a file that was cut off: what lies before the cut goes on', () => {
    fold();
    truncateSync(file, Math.floor(readFileSync(file).length / 2));
    const opened = open();
    expect(keptBy(opened)).toMatchObject({
      [salvagedKey]: { reason: 'damaged', events: expect.any(Number), lostPages: expect.any(Number) },
    });
    expect(opened.lastRow()).toBeGreaterThan(settled);
  });

  test('a file that was cut off beside its log: what is in neither is missed before anybody needs it', () => {
    const written = open();
    written.commit(stamp, [alarm('LATE')]);
    leaveAsIs(written);
    truncateSync(file, readFileSync(file).length - pageBytes);
    const opened = open();
    expect(setAsideFiles(file)).toHaveLength(1);
    expect(keptBy(opened)[salvagedKey]).toMatchObject({ reason: 'damaged' });
    expect(waits(opened)).toContain('LATE');
  });

  test('nothing but the log is left, for the file is gone or empty', () => {
    for (const damage of [() => rmSync(file), () => truncateSync(file, 0)]) {
      rmSync(`${file}-wal`, { force: true });
      rmSync(file, { force: true });
      open().commit(stamp, [alarm('WAITS1')]);
      for (const part of ['', '-wal']) copyFileSync(`${file}${part}`, join(folder, `kept${part}`));
      journal?.close();
      for (const part of ['', '-wal']) renameSync(join(folder, `kept${part}`), `${file}${part}`);
      damage();
      expect(waits(open())).toEqual(['WAITS1']);
      journal?.close();
    }
  });

  test('a frame in the middle of the log, behind which SQLite would drop every commit in silence', () => {
    cutPower();
    const log = readFileSync(`${file}-wal`);
    const frames = Math.floor((log.length - 32) / frameBytes);
    expect(frames).toBeGreaterThan(20);
    log.fill(0x5a, 32 + 5 * frameBytes + 100, 32 + 5 * frameBytes + 200);
    writeFileSync(`${file}-wal`, log);
    const opened = open();
    const told = keptBy(opened)[salvagedKey] as { lostReports: string[] } | undefined;
    expect(told).toBeDefined();
    for (const ref of waiting) expect([...waits(opened), ...(told?.lostReports ?? [])]).toContain(ref);
    expect(waits(opened)).toContain('WAITS3');
  });

  test('but not the one commit that a power cut left half written: that is no damage', () => {
    cutPower();
    const log = readFileSync(`${file}-wal`);
    appendFileSync(`${file}-wal`, log.subarray(32, 32 + frameBytes));
    const opened = open();
    expect(waits(opened)).toEqual(waiting);
    expect(setAsideFiles(file)).toEqual([]);
  });
});

describe('a file that this program cannot use', () => {
  test('of a newer version is set aside for it, and what waits goes out from here', () => {
    fold();
    const database = new Database(file);
    database.pragma(`user_version = ${migrations.length + 1}`);
    database.close();
    const opened = open();
    expect(waits(opened)).toEqual(waiting);
    expect(setAsideFiles(file)[0]).toMatch(/journal\.db\.aside-\d{8}T\d{9}Z-newer$/u);
  });

  test.each(['', 'hello\n'.repeat(500), 'SQLite format 3\0'])(
    'and that nothing can be read of is kept whole, and told: %j',
    (text) => {
      writeFileSync(file, text);
      const opened = open();
      expect(readFileSync(setAsideFiles(file)[0] ?? '', 'utf8')).toBe(text);
      expect(keptBy(opened)[salvagedKey]).toMatchObject({ reason: 'damaged', events: 0 });
    },
  );

  test.each([1, 2, 3])('of version %i, with alarms that wait, is brought to the newest, and they go on', (version) => {
    const old = new Database(file);
    old.pragma(`page_size = ${pageBytes}`);
    old.pragma(`application_id = ${applicationId}`);
    migrations.slice(0, version).forEach((sql) => old.exec(sql));
    old.pragma(`user_version = ${version}`);
    const body = JSON.stringify({ record: '{"ref":"OLD"}', buffered: false });
    old
      .prepare(
        "insert into event (boot, monotonic_ms, wall_ms, trusted, kind, ref, body) values ('b', 1, 2, 1, 'report', 'OLD', ?)",
      )
      .run(body);
    old.exec("insert into outbox (ref, seq, priority) values ('OLD', 1, 8)");
    old.close();
    expect(waits(open())).toEqual(['OLD']);
    journal?.close();
    // The same file, damaged before it could be brought up to date.
    expect(setAsideFiles(file)).toEqual([]);
    overwrite(pageOf('outbox'));
    expect(waits(open())).toEqual(['OLD']);
  });

  test('that is gone where a hub has run is a loss that is told', () => {
    fold();
    rmSync(file);
    expect(keptBy(open())).toEqual({ [salvagedKey]: { reason: 'missing' } });
  });

  test('and a folder that is missing leave the hub a journal that takes nothing until it is there', () => {
    file = join(folder, 'nowhere', 'journal.db');
    const opened = open();
    expect(opened.kept()).toEqual([]);
    expect(() => opened.commit(stamp, [alarm('A')])).toThrow('its folder is missing');
  });

  test('of another program is left as it is', () => {
    const database = new Database(file);
    database.exec('create table notes (text)');
    database.close();
    const before = readFileSync(file);
    const opened = open();
    expect(waits(opened)).toEqual([]);
    expect(() => opened.commit(stamp, [alarm('A')])).toThrow("another program's file");
    expect(readFileSync(file)).toEqual(before);
  });
});

describe('a salvage that is cut off', () => {
  test('while the new file is being made is begun again', () => {
    fold();
    overwrite(pageOf('event'));
    writeFileSync(`${file}.draft`, 'half');
    expect(waits(open())).toEqual(waiting);
    expect(readdirSync(folder)).not.toContain('journal.db.draft');
  });

  test.each([0, 1, 2])('after %i of its last steps goes on with the others', (steps) => {
    cutPower();
    const damaged = readFileSync(file);
    overwrite(1);
    open().close();
    // What the disk had before the last steps: the new file under its name to be, and the old ones in their place.
    const [aside = ''] = setAsideFiles(file);
    renameSync(file, `${aside}.salvaged`);
    const moved = ['-wal', ''].slice(steps);
    for (const part of moved) renameSync(`${aside}${part}`, `${file}${part}`);
    const opened = open();
    expect(waits(opened)).toEqual(waiting);
    expect(setAsideFiles(file)).toEqual([aside]);
    expect(readFileSync(aside)).toHaveLength(damaged.length);
    expect(existsSync(`${aside}-wal`)).toBe(true);
    expect(readdirSync(folder).some((name) => name.endsWith('.salvaged'))).toBe(false);
  });
});

test('numbers of rows never go back, whatever is lost: the next one is higher than any that was given', () => {
  fold();
  const before = open().lastRow();
  journal?.close();
  overwrite(pageOf('event'));
  expect(open().lastRow()).toBeGreaterThan(before);
});

test('damage that shows while the hub runs is mended with the next commit', () => {
  const opened = open();
  live(opened);
  opened.sync();
  const page = pageOf('outbox');
  overwrite(page);
  overwrite(pageOf('outbox_order'));
  // Another connection has written, as far as this one knows: it reads its pages again.
  const other = new Database(file);
  other.exec("insert into kept (key, value) values ('other', '1')");
  other.close();
  expect(() => opened.commit(stamp, [alarm('NEXT')])).toThrow('is damaged');
  opened.commit(stamp, [alarm('NEXT')]);
  expect(waits(opened)).toEqual(['NEXT', ...waiting]);
});

test(`a run makes the file anew ${salvageLimit} times at most: what damages it more often is not mended by that`, () => {
  const opened = open();
  const damage = (): void => {
    overwrite(pageOf('outbox'));
    const other = new Database(file);
    other.exec("insert into kept (key, value) values ('other', '1') on conflict do update set value = value || '1'");
    other.close();
  };
  for (let times = 0; times < salvageLimit; times += 1) {
    opened.sync();
    damage();
    expect(() => opened.commit(stamp, [alarm(`A${times}`)])).toThrow('is damaged');
    opened.commit(stamp, [alarm(`A${times}`)]);
  }
  opened.sync();
  damage();
  for (let times = 0; times < 2; times += 1) {
    expect(() => opened.commit(stamp, [alarm('LAST')])).toThrow('is damaged');
  }
  expect(setAsideFiles(file)).toHaveLength(salvageLimit);
});

test(`of the files that were set aside the newest ${setAsideLimit} are kept`, () => {
  for (let times = 0; times < setAsideLimit + 2; times += 1) {
    writeFileSync(file, `damaged ${times}`);
    open().close();
    ['-wal', '-shm', ''].forEach((part) => rmSync(`${file}${part}`, { force: true }));
  }
  const kept = setAsideFiles(file).map((name) => readFileSync(name, 'utf8'));
  expect(kept.toSorted()).toEqual(['damaged 2', 'damaged 3', 'damaged 4', 'damaged 5']);
});

test('what was set aside is read by nobody but its owner', () => {
  fold();
  overwrite(1);
  chmodSync(file, 0o644);
  open();
  expect(statSync(setAsideFiles(file)[0] ?? '').mode & 0o077).toBe(0);
});

test('the end of a hub takes with it what was set aside (B14.1)', () => {
  fold();
  overwrite(pageOf('event'));
  const opened = open();
  expect(setAsideFiles(file)).toHaveLength(1);
  opened.wipe(stamp, { kind: 'life', body: {} }, []);
  expect(setAsideFiles(file)).toEqual([]);
});
