import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore, type Store } from '#centre/store/store.ts';

/** The command as a program on a real store, while a centre has it open. */
const program = `
  import { centreCommand } from '#centre/cli.ts';
  const clock = { monotonicMs: () => 0, wallMs: () => Date.now(), wallTrusted: () => true, at: () => () => {} };
  await centreCommand({ clock, random: () => 0.5 }).parseAsync(['node', 'centre', ...process.argv.slice(1)]);
`;

const januaryMs = Date.UTC(2026, 0, 15, 12);
/** In Stockholm it is the first of February already. */
const lastOfJanuaryMs = Date.UTC(2026, 0, 31, 23, 30);

let folder = '';
let file = '';
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  file = join(folder, 'centre.db');
  store = openStore(file);
  const opened = { kind: 'opened', body: { report: 'alarm' } };
  store.log({ ...opened, hub: 'hub-1', ref: 'A1', cause: 'pendant, alarm, manual', words: 'an alarm' }, januaryMs);
  store.log({ ...opened, hub: 'hub-2', ref: 'A2', words: 'another \u001b[2J' }, lastOfJanuaryMs);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

function call(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, TZ: 'UTC' };
  return spawnSync('node', ['--input-type=module', '--eval', program, '--', ...words], { encoding: 'utf8', env });
}

describe('centre log', () => {
  test('tells what happened, line by line, and nothing in it steers the terminal', () => {
    expect(call('log', '--store', file)).toEqual(
      expect.objectContaining({
        status: 0,
        stdout:
          '2026-01-15T12:00:00.000+00:00 opened      an alarm\n' +
          '2026-01-31T23:30:00.000+00:00 opened      another \\u001b[2J\n',
      }),
    );
  });

  test('keeps to a period and a hub, and is JSON or CSV for programs', () => {
    const { stdout } = call('log', '--store', file, '--to', '2026-01-20', '--json');
    expect(JSON.parse(stdout)).toEqual([
      {
        seq: 1,
        time: '2026-01-15T12:00:00.000Z',
        kind: 'opened',
        hub: 'hub-1',
        ref: 'A1',
        cause: 'pendant, alarm, manual',
        words: 'an alarm',
        body: { report: 'alarm' },
      },
    ]);
    expect(call('log', '--store', file, '--hub', 'hub-2', '--csv').stdout.split('\r\n').slice(0, 2)).toEqual([
      'seq,time,kind,hub,ref,cause,words,body',
      '2,2026-01-31T23:30:00.000Z,opened,hub-2,A2,,another \u001b[2J,"{""report"":""alarm""}"',
    ]);
  });
});

describe('centre statistics', () => {
  test('go by the months of the time zone and the units of the clients', () => {
    const clients = join(folder, 'clients.yaml');
    writeFileSync(clients, 'clients:\n  hub-1: { unit: north }\n');
    const { stdout } = call('statistics', '--store', file, '--clients', clients, '--csv');
    expect(stdout.split('\r\n').map((line) => line.split(',').slice(0, 5).join(','))).toEqual([
      'unit,month,newInstallations,endedInstallations,alarms',
      'all,all,0,0,2',
      'all,2026-01,0,0,1',
      'all,2026-02,0,0,1',
      'hub,all,0,0,1',
      'hub,2026-02,0,0,1',
      'north,all,0,0,1',
      'north,2026-01,0,0,1',
      '',
    ]);
  });

  test.each<[string, string[], string]>([
    ['a store that is not there', ['--store', '/nonexistent.db'], 'there is no such store'],
    ['no store', [], "required option '--store <file>'"],
    ['a moment that is none', ['--store', 'x', '--from', 'yesterday'], 'Right would be like 2026-01-15'],
    ['two forms at once', ['--store', 'x', '--json', '--csv'], 'cannot be used with'],
    ['a time zone that there is not', ['--store', 'x', '--timezone', 'Mars'], 'there is no time zone "Mars"'],
    ['clients that are not there', ['--store', 'x', '--clients', '/none.yaml'], '/none.yaml:1:1: ENOENT'],
  ])('with %s ends with status 2 and says what is wrong', (_what, words, says) => {
    const { status, stderr } = call('statistics', ...words);
    expect([status, stderr]).toEqual([2, expect.stringContaining(says)]);
  });
});
