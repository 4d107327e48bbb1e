import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { configurationFile, type Machine, openMachine } from './machine.ts';

/** One thing that the service promises, and what was seen of it. */
export interface Finding {
  what: string;
  holds: boolean;
  seen: string;
}

type Say = (what: string, holds: boolean, seen: string) => void;

/** systemd's own measure goes from 0, locked in, to 10. */
const exposureLimit = 2;
/** TimeoutStopSec=, milliseconds: who takes longer is killed. */
const stopLimitMs = 20_000;
/** More than WatchdogSec= and a start, milliseconds. */
const backLimitMs = 60_000;
/** Looked at for so long, milliseconds, a hub with a wrong file is started so often at most. */
const wrongForMs = 35_000;
const wrongStarts = 3;

const service = 'welfare-hub';

export async function proveUnit(options: {
  root: string | undefined;
  onStep: (step: string) => void;
}): Promise<{ findings: readonly Finding[]; systemd: string }> {
  const { onStep } = options;
  const machine = await openMachine(options.root, onStep);
  const findings: Finding[] = [];
  const say: Say = (what, holds, seen) => findings.push({ what, holds, seen });
  try {
    const systemd = machine.run('systemctl', '--version').said.split('\n')[0] ?? '';
    for (const [step, look] of looks) {
      onStep(step);
      await look(machine, say);
    }
    return { findings, systemd };
  } finally {
    await machine.end();
  }
}

const looks: readonly [step: string, look: (machine: Machine, say: Say) => void | Promise<void>][] = [
  ['starts the service', lookAtStart],
  ['looks how it is locked in', lookAtWalls],
  ['reloads it', lookAtReload],
  ['lets it hang', lookAtHang],
  ['ends it', lookAtStop],
  ['gives it a wrong file', lookAtWrongFile],
];

function property(machine: Machine, name: string): string {
  return machine.run('systemctl', 'show', service, '--property', name, '--value').said.trim();
}

/** What the service's last run has written, and what systemd said of it. */
function logOf(machine: Machine): string {
  return machine.run('journalctl', '--unit', service, '--no-pager', '--output', 'cat').said;
}

function lookAtStart(machine: Machine, say: Say): void {
  const { ok, said } = machine.run('systemctl', 'start', service);
  const status = property(machine, 'StatusText');
  // `start` of a service of this type comes back with its READY: what it says by then is what it says of itself.
  say('it is active when it says that it is in service', ok && status.startsWith('In service'), ok ? status : said);
  const opened = logOf(machine).includes('no journal was there');
  say(
    'its journal is where the unit says',
    opened,
    machine.run('ls', '/var/lib/private/welfare-hub').said.trim().replaceAll('\n', ' '),
  );
}

function lookAtWalls(machine: Machine, say: Say): void {
  const exposure = /level for \S+: (\d+\.\d)/u.exec(
    machine.run('systemd-analyze', 'security', '--no-pager', service).said,
  )?.[1];
  say('systemd finds little that it could do', Number(exposure) <= exposureLimit, `exposure ${exposure} of 10`);
  const status = machine.run('cat', `/proc/${property(machine, 'MainPID')}/status`).said;
  const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'mu').exec(status)?.[1] ?? '';
  say(
    'it is not root, without any capability, behind seccomp',
    field('Uid') !== '0' && /^0+$/u.test(field('CapBnd')) && field('Seccomp') === '2',
    `uid ${field('Uid')}, capabilities ${field('CapBnd')}, seccomp ${field('Seccomp')}`,
  );
  const files = machine.run(
    'stat',
    '--format',
    '%a %n',
    `/run/credentials/${service}.service/hub.key`,
    `/run/credentials/${service}.service/hub.yaml`,
  );
  say(
    'its credentials are there, for it alone',
    files.ok &&
      files.said
        .split('\n')
        .filter((line) => line !== '')
        .every((line) => line.startsWith('400 ')),
    files.said.trim().replaceAll(/\S*\//gu, '').replaceAll('\n', ', '),
  );
}

function lookAtReload(machine: Machine, say: Say): void {
  const before = property(machine, 'MainPID');
  const { ok, said } = machine.run('systemctl', 'reload', service);
  say(
    'it looks for new certificates when it is told to, and goes on',
    ok && property(machine, 'MainPID') === before,
    ok ? 'the same process' : said.trim(),
  );
}

async function lookAtHang(machine: Machine, say: Say): Promise<void> {
  // The radio that is not there is a fault, which waits for a centre that is not there either.
  const waits = await until(() => property(machine, 'StatusText').includes('1 report waits'));
  say('what fails is told, and waits', waits, property(machine, 'StatusText'));
  const beganMs = performance.now();
  machine.run('systemctl', 'kill', '--signal=STOP', '--kill-whom=main', service);
  const back = await until(
    () => property(machine, 'NRestarts') === '1' && property(machine, 'ActiveState') === 'active',
  );
  const seconds = ((performance.now() - beganMs) / 1_000).toFixed(0);
  say(
    'a hub that hangs is ended by the watchdog and comes back',
    back && logOf(machine).includes('Watchdog timeout'),
    `after ${seconds} s`,
  );
  const status = property(machine, 'StatusText');
  say('what waited still waits', status.includes('1 report waits'), status);
}

function lookAtStop(machine: Machine, say: Say): void {
  const beganMs = performance.now();
  machine.run('systemctl', 'stop', service);
  const ms = performance.now() - beganMs;
  const result = property(machine, 'Result');
  say('it ends in order', result === 'success' && ms < stopLimitMs, `${result} after ${ms.toFixed(0)} ms`);
}

async function lookAtWrongFile(machine: Machine, say: Say): Promise<void> {
  const file = join(machine.root, configurationFile);
  const right = readFileSync(file, 'utf8');
  writeFileSync(file, right.replace('hub:', 'hubb:'));
  machine.run('systemctl', '--no-block', 'start', service);
  await pause(wrongForMs);
  const starts = Number(property(machine, 'NRestarts')) + 1;
  const said = /^\S*hub\.yaml:\d+:\d+: .*hubb.*$/mu.exec(logOf(machine))?.[0];
  say('with a wrong file it says which, where and why', said !== undefined, said ?? 'nothing');
  say('and does not spin', starts <= wrongStarts, `${starts} starts in ${wrongForMs / 1_000} s`);
  writeFileSync(file, right);
  const back = await until(() => property(machine, 'ActiveState') === 'active');
  say('a file that was put right needs nobody', back, property(machine, 'StatusText'));
}

async function until(is: () => boolean): Promise<boolean> {
  const dueMs = performance.now() + backLimitMs;
  while (performance.now() < dueMs) {
    if (is()) return true;
    await pause(500);
  }
  return false;
}
