import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Entry } from '#agent/hub/ports.ts';
import { type JournalFile, openJournal } from '#agent/journal/journal.ts';
import type { Log } from '#protocol/core/log.ts';
import { encodeRecord } from '#protocol/mqtt/record.ts';

/** The command as a program on a real journal, while the agent has it open. */
const program = `
  import { journalCommand } from '#agent/cli/journal.ts';
  await journalCommand().parseAsync(['node', 'welfare-hub', ...process.argv.slice(1)]);
`;

const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const noonMs = Date.UTC(2026, 0, 15, 12);
const boot = '6f9d1c5e-3b41-4d0e-9f43-0c7c2d1f8a11';

let folder = '';
let file = '';
let journal: JournalFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(folder, 'journal.db');
  journal = openJournal({ file, log });
  commit(0, { kind: 'started', body: { firmware: 'test' } });
  commit(1_000, report('ALARM1', 'alarm'));
  commit(2_000, report('UPDATE1', 'update', 'ALARM1'));
  commit(3_000, { kind: 'acknowledged', ref: 'ALARM1', body: { path: 'primary', snu: 0, key: '21fe31df' } });
  commit(4_000, { kind: 'stopped', body: { what: '=cmd()|"x"', steer: '\u001b[2J' } });
});

afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

function commit(afterNoonMs: number, entry: Entry): void {
  journal.commit({ boot, monotonicMs: 60_000 + afterNoonMs, wallMs: noonMs + afterNoonMs, trusted: true }, [entry]);
}

function report(ref: string, kind: 'alarm' | 'update', of?: string): Entry {
  const when = { boot, monotonicMs: 60_000, wall: '2026-01-15T12:00:00.000Z', trusted: true };
  const what = { report: kind, from: 'pendant', dty: 3, stc: 10, pri: 8, lte: 'hall', when };
  const record = encodeRecord({ v: 1, hub: 'hub-0001', ref, ...what, ...(of === undefined ? {} : { of, presses: 2 }) });
  return { kind: 'report', ref, priority: 8, body: { record, buffered: kind === 'alarm' } };
}

function call(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return callIn({ TZ: 'Europe/Stockholm' }, ...words);
}

function callIn(env: Record<string, string>, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program, '--', ...words],
    { encoding: 'utf8', env: { ...process.env, WELFARE_HUB_CONFIG: '', ...env } },
  );
  return { status, stdout, stderr };
}

describe('journal list', () => {
  test('shows what happened in aligned lines, in local time', () => {
    const { status, stdout, stderr } = call('list', '--file', file);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout.split('\n')).toEqual([
      '      1 2026-01-15T13:00:00.000+01:00  started      -                firmware test',
      '      2 2026-01-15T13:00:01.000+01:00  report       ALARM1           alarm from pendant, alarm, manual, priority 8, hall, buffered',
      '      3 2026-01-15T13:00:02.000+01:00  report       UPDATE1          update from pendant, alarm, manual, priority 8, hall, of ALARM1, 2 presses',
      '      4 2026-01-15T13:00:03.000+01:00  acknowledged ALARM1           by the primary centre, signed with key 21fe31df',
      '      5 2026-01-15T13:00:04.000+01:00  stopped      -                what =cmd()|"x", steer \\u001b[2J',
      '',
    ]);
  });

  test('keeps to a period, a kind and the newest', () => {
    const seqs = (...words: string[]) =>
      (JSON.parse(call('list', '--json', '--file', file, ...words).stdout) as { seq: number }[]).map(({ seq }) => seq);
    expect(seqs('--from', '2026-01-15T13:00:01', '--to', '2026-01-15T12:00:04Z')).toEqual([2, 3, 4]);
    expect(seqs('--kind', 'report', '--limit', '1')).toEqual([3]);
    expect(seqs('--from', '2026-01-16')).toEqual([]);
  });

  test('finds the journal by the configuration, from the call or the environment', () => {
    const config = join(folder, 'hub.yaml');
    writeFileSync(config, 'hub: a\ncentre: { primary: { url: mqtt://a } }\njournal: { file: journal.db }\n');
    const expected = call('list', '--file', file).stdout;
    expect(call('list', '--config', config).stdout).toBe(expected);
    expect(callIn({ TZ: 'Europe/Stockholm', WELFARE_HUB_CONFIG: config }, 'list').stdout).toBe(expected);
  });
});

describe('journal show', () => {
  test('tells the whole story of a report from any of its references', () => {
    const { status, stdout } = call('show', 'UPDATE1', '--file', file);
    expect(status).toBe(0);
    expect(stdout.split('\n').map((line) => line.trim().split(/\s+/u)[0])).toEqual(['2', '3', '4', 'waits', '']);
    expect(stdout).toContain('waits for the centre: UPDATE1');
    commit(5_000, { kind: 'acknowledged', ref: 'UPDATE1', body: {} });
    expect(call('show', 'ALARM1', '--file', file).stdout).toContain('nothing of it waits');
  });

  test('is JSON for programs', () => {
    expect(JSON.parse(call('show', 'ALARM1', '--json', '--file', file).stdout)).toMatchObject({
      ref: 'ALARM1',
      waiting: ['UPDATE1'],
      events: [
        { seq: 2, time: '2026-01-15T12:00:01.000Z', clock: 'set', boot, monotonicMs: 61_000 },
        { seq: 3 },
        { seq: 4 },
      ],
    });
  });

  test('fails for a reference that nobody has', () => {
    expect(call('show', 'NOBODY', '--file', file)).toEqual({
      status: 1,
      stdout: '',
      stderr: 'welfare-hub journal: no entry has the reference "NOBODY"\n',
    });
  });
});

describe('journal export', () => {
  test('writes CSV by RFC 4180, in which no cell is a formula', () => {
    journal.commit({ boot: '=1+1', monotonicMs: 0, wallMs: noonMs, trusted: false }, [
      { kind: 'stopped', ref: '@SUM(A1)', body: { text: 'a "word", or\ntwo' } },
    ]);
    const lines = call('export', '--format', 'csv', '--file', file).stdout.split('\r\n');
    expect(lines[0]).toBe('seq,time,clock,kind,ref,report,from,status,priority,boot,monotonicMs,body');
    expect(lines[2]).toMatch(/^2,2026-01-15T12:00:01\.000Z,set,report,ALARM1,alarm,pendant,10,8,6f9d1c5e-/u);
    expect(lines[6]).toBe(
      `6,2026-01-15T12:00:00.000Z,unset,stopped,'@SUM(A1),,,,,'=1+1,0,"{""text"":""a \\""word\\"", or\\ntwo""}"`,
    );
    expect(lines).toHaveLength(8);
  });

  test('writes JSON, to a file that only its owner reads', () => {
    const output = join(folder, 'out.json');
    const period = ['--from', '2026-01-15T12:00:01Z', '--to', '2026-01-15T12:00:02Z'];
    expect(call('export', '--format', 'json', ...period, '--output', output, '--file', file)).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject([{ seq: 2, kind: 'report', ref: 'ALARM1' }]);
    expect(statSync(output).mode & 0o077).toBe(0);
  });

  test('fails when it cannot write', () => {
    const { status, stderr } = call('export', '--format', 'csv', '--output', '/nowhere/a.csv', '--file', file);
    expect(status).toBe(1);
    expect(stderr).toContain('/nowhere/a.csv');
  });

  test('goes on over more than a pipe holds, and ends quietly when nobody reads on', () => {
    for (let index = 0; index < 1_500; index += 1) commit(5_000, { kind: 'stopped', body: { text: 'x'.repeat(200) } });
    expect(call('export', '--format', 'csv', '--file', file).stdout.split('\r\n')).toHaveLength(1_507);
    const words = ['--input-type=module', '--eval', program, '--', 'export', '--format', 'csv', '--file', file];
    const piped = spawnSync('bash', ['-o', 'pipefail', '-c', '"$0" "$@" | head -n 1', process.execPath, ...words], {
      encoding: 'utf8',
    });
    expect(piped.stderr).toBe('');
    expect(piped.stdout).toMatch(/^seq,time/u);
    expect(piped.status).toBe(0);
  });
});

test('a configuration with a slip is told with line and column, and ends with status 2', () => {
  const config = join(folder, 'hub.yaml');
  writeFileSync(config, 'hub: a\ncentre: { primary: { url: mqtt://a } }\njurnal: {}\n');
  expect(call('list', '--config', config)).toEqual({
    status: 2,
    stdout: '',
    stderr: `welfare-hub journal: ${config}:3:1: unknown key "jurnal"; did you mean "journal"?\n`,
  });
});
