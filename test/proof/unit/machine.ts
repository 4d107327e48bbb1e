import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createAuthority } from '#test/certificates.ts';

/** A bare Debian with the hub installed, and systemd as its first process. */
export interface Machine {
  /** The folder that it sees as `/`. */
  root: string;
  /** Runs a command in it; its standard output and error, and whether it ended with 0. */
  run(...words: string[]): { ok: boolean; said: string };
  /** Ends it, and takes the root away when it is ours. */
  end(): Promise<void>;
}

/** Everything that one command may take. */
const commandMs = 300_000;
const bootMs = 60_000;

export const configurationFile = 'etc/welfare-hub/hub.yaml';

function command(...words: string[]): string {
  const [program = '', ...parameters] = words;
  const { status, stdout, stderr, error } = spawnSync(program, parameters, { encoding: 'utf8', timeout: commandMs });
  if (status === 0) return stdout;
  throw new Error(`${words.join(' ')}: ${error?.message ?? `${stderr}${stdout}`.trim().slice(-1_000)}`);
}

/**
 * @throws what the machine lacks for it.
 */
export async function openMachine(wanted: string | undefined, onStep: (step: string) => void): Promise<Machine> {
  if (process.getuid?.() !== 0) throw new Error('this proof needs root, for a system of its own');
  const root = wanted === undefined ? mkdtempSync('/var/tmp/welfare-hub-unit-') : resolve(wanted);
  const remove = (): void => (wanted === undefined ? rmSync(root, { recursive: true, force: true }) : undefined);
  try {
    if (!existsSync(join(root, 'usr/lib/systemd/systemd'))) {
      onStep('makes a bare Debian');
      command('debootstrap', '--variant=minbase', '--include=systemd,dbus', 'bookworm', root, mirror());
    }
    onStep('installs the hub');
    installHub(root);
    onStep('starts systemd');
    const { child, leader } = await boot(root);
    return {
      root,
      run: (...words) => runIn(leader, words),
      async end() {
        const gone = new Promise((done) => child.once('exit', done));
        // It ends in order, as a machine that is switched off.
        child.kill('SIGTERM');
        await gone;
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Where this machine has its packages from. */
function mirror(): string {
  const folder = '/etc/apt/sources.list.d';
  const files = ['/etc/apt/sources.list', ...readdirSync(folder).map((name) => join(folder, name))];
  const text = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  return /(?:^URIs:|^deb(?: \[.*\])?) +(\S+)/mu.exec(text.join('\n'))?.[1] ?? 'http://deb.debian.org/debian';
}

/** As docs/service.md says, with the program, the service and the rules of the package. */
function installHub(root: string): void {
  const folder = mkdtempSync('/var/tmp/welfare-hub-package-');
  try {
    command(process.execPath, 'scripts/build.ts');
    command('npm', 'pack', '--pack-destination', folder);
    const [archive = ''] = readdirSync(folder);
    const home = join(root, 'opt/welfare-hub');
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    command('npm', 'install', '--prefix', home, '--ignore-scripts', '--no-audit', '--no-fund', join(folder, archive));
    const shipped = join(home, 'node_modules/welfare-hub/deploy');
    cpSync(join(shipped, 'systemd/welfare-hub.service'), join(root, 'etc/systemd/system/welfare-hub.service'));
    mkdirSync(join(root, 'etc/udev/rules.d'), { recursive: true });
    cpSync(join(shipped, 'udev/60-welfare-hub.rules'), join(root, 'etc/udev/rules.d/60-welfare-hub.rules'));
  } finally {
    rmSync(folder, { recursive: true });
  }
  configure(root);
}

/** A hub whose centre and whose radio are not there: both are told, and neither keeps it from its service. */
function configure(root: string): void {
  const folder = join(root, 'etc/welfare-hub/tls');
  rmSync(join(root, 'var/lib/private/welfare-hub'), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const authority = createAuthority();
  const own = authority.issue({ commonName: 'hub-0001', use: 'client' });
  writeFileSync(join(folder, 'ca.pem'), authority.certificate);
  writeFileSync(join(folder, 'hub.pem'), own.certificate);
  writeFileSync(join(folder, 'hub.key'), own.key, { mode: 0o600 });
  authority.remove();
  writeFileSync(
    join(root, configurationFile),
    `hub: hub-0001
centre:
  primary:
    url: mqtts://127.0.0.1:8883
    tls:
      ca: /etc/welfare-hub/tls/ca.pem
      certificate: /etc/welfare-hub/tls/hub.pem
      key: credential:hub.key
`,
    { mode: 0o600 },
  );
}

async function boot(root: string): Promise<{ child: ChildProcess; leader: number }> {
  const child = spawn(
    'systemd-nspawn',
    ['--keep-unit', '--register=no', '--quiet', '--private-network', '--directory', root, '--boot'],
    { stdio: 'ignore' },
  );
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  const dueMs = performance.now() + bootMs;
  while (performance.now() < dueMs) {
    if (failure !== undefined) throw new Error(`${failure.message}: sudo apt-get install systemd-container`);
    if (child.exitCode !== null) throw new Error(`systemd-nspawn ended with ${child.exitCode}`);
    const leader = childOf(child.pid ?? 0);
    const state = leader === undefined ? '' : runIn(leader, ['systemctl', 'is-system-running']).said.trim();
    if (leader !== undefined && ['running', 'degraded'].includes(state)) return { child, leader };
    await pause(500);
  }
  child.kill('SIGKILL');
  throw new Error(`systemd was not up after ${bootMs / 1_000} s`);
}

function childOf(pid: number): number | undefined {
  const file = `/proc/${pid}/task/${pid}/children`;
  const first = existsSync(file) ? readFileSync(file, 'utf8').split(' ')[0] : '';
  return first === undefined || first === '' ? undefined : Number(first);
}

function runIn(leader: number, words: readonly string[]): { ok: boolean; said: string } {
  const { status, stdout, stderr } = spawnSync(
    'nsenter',
    ['--target', String(leader), '--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--', ...words],
    { encoding: 'utf8', timeout: commandMs },
  );
  return { ok: status === 0, said: `${stdout}${stderr}` };
}
