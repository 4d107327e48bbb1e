import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const unitFile = 'deploy/systemd/welfare-hub.service';
const unit = readFileSync(unitFile, 'utf8');

/** systemd's own scale goes from 0, locked in, to 10; up to here it says "OK" with room to spare. In tenths. */
const exposureLimit = '19';

/** Keys that came after the oldest systemd that a hub may have: an older one says so, and goes on. */
const newer = /Unknown key (name )?'(RestartSteps|RestartMaxDelaySec)'/u;

function analyze(...words: string[]) {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', words, { encoding: 'utf8' });
  return { status, lines: `${stdout}${stderr}`.split('\n').filter((line) => line !== '') };
}

/** What systemd says of this unit, with a program that is there in place of the hub's. */
function complaintsOf(text: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'unit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'welfare-hub.service');
  writeFileSync(file, text.replaceAll('/opt/welfare-hub/node_modules/.bin/welfare-hub', '/bin/true'));
  return analyze('verify', '--man=no', file).lines.filter((line) => !newer.test(line));
}

test('systemd understands every line of the service', () => {
  expect(complaintsOf(unit)).toEqual([]);
  expect(complaintsOf(unit.replace('WatchdogSec=30s', 'WatchdogSec=soon'))).not.toEqual([]);
});

test('the service is locked in: systemd’s own measure of what it could do stays small', () => {
  const judged = analyze('security', '--offline=true', `--threshold=${exposureLimit}`, unitFile);
  expect(judged.lines.join('\n')).toContain('Overall exposure level');
  expect(judged.status).toBe(0);
});

test('the service never gives up, and what it keeps and is given is closed to others', () => {
  for (const line of [
    'Type=notify',
    'NotifyAccess=all',
    'Restart=always',
    'StartLimitIntervalSec=0',
    'CapabilityBoundingSet=',
    'ProtectSystem=strict',
    'StateDirectoryMode=0700',
    'LoadCredential=hub.yaml:/etc/welfare-hub/hub.yaml',
    'LoadCredential=hub.key:/etc/welfare-hub/tls/hub.key',
  ]) {
    expect(unit.split('\n')).toContain(line);
  }
});

/** What the shell of a line such as `ExecStopPost=/bin/sh -c '…'` is given. */
function scriptOf(key: string): string {
  const line = unit.split('\n').find((one) => one.startsWith(`${key}=`)) ?? '';
  return (/^\w+=\/bin\/sh -c '(.*)'$/u.exec(line)?.[1] ?? '').replaceAll('$$', '$');
}

test('a hub with a wrong file is not started again every second, one that failed is', () => {
  const script = scriptOf('ExecStopPost').replace('sleep', 'echo waits');
  const said = (status: string) =>
    spawnSync('sh', ['-c', script], { encoding: 'utf8', env: { EXIT_STATUS: status } }).stdout.trim();
  expect(['2', '0', '1', 'TERM', ''].map(said)).toEqual(['waits 15', '', '', '', '']);
});

test('the service asks for nothing of a small system but its shell: there, kill is no program', () => {
  const programs = unit.split('\n').flatMap((line) => /^Exec\w+=[-+!]*(\S+)/u.exec(line)?.[1] ?? []);
  expect(new Set(programs)).toEqual(new Set(['/opt/welfare-hub/node_modules/.bin/welfare-hub', '/bin/sh']));
});
