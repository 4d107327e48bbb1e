import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Program, startProgram, welfareHub } from './program.ts';

/** Where Debian keeps the programs of Network UPS Tools that are no commands of people. */
const nutFolder = '/lib/nut';
const name = 'hub';
const run = promisify(execFile);

/** The fake on a pseudo terminal, read by NUT's driver, told on by NUT's server: nothing of it knows of this project. */
async function startNut(profile: string, ...options: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'nut-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const link = join(folder, 'ttyUPS');
  const port = await freePort();
  const write = (file: string, ...lines: string[]): void =>
    writeFileSync(join(folder, file), `${lines.join('\n')}\n`, { mode: 0o600 });
  write(
    'ups.conf',
    'pollinterval = 1',
    `[${name}]`,
    'driver = nutdrv_qx',
    'pollfreq = 1',
    `port = ${link}`,
    ...options,
  );
  write('upsd.conf', `LISTEN 127.0.0.1 ${port}`);
  write('upsd.users', '[tester]', 'password = tester', 'instcmds = ALL');
  const env = { NUT_CONFPATH: folder, NUT_STATEPATH: folder, NUT_ALTPIDPATH: folder };
  const user = userInfo().username;

  const ups = startProgram(welfareHub('device', 'ups', '--link', link, '--profile', profile));
  await ups.said('its port', (line) => line.includes(link));
  const driver = startProgram([join(nutFolder, 'nutdrv_qx'), '-a', name, '-u', user, '-D', '-D', '-D'], env);
  await driver.said('a first look', isLook, 2);
  const server = startProgram([join(nutFolder, 'upsd'), '-u', user, '-D'], env);
  await server.said('its driver', (line) => line.includes('Connected to UPS'));

  const at = `${name}@127.0.0.1:${port}`;
  async function read(variable: string): Promise<string> {
    const { stdout } = await run('upsc', [at, variable]);
    return stdout.trim();
  }
  /** Looks again with each look of the driver, until it is so. */
  async function reads(variable: string, isSo: (value: string) => boolean): Promise<string> {
    for (;;) {
      const value = await read(variable);
      if (isSo(value)) return value;
      await nextLook(driver);
    }
  }
  return {
    ups,
    read,
    status: (flag: string) => reads('ups.status', (value) => value.split(' ').includes(flag)),
    reads,
    command: (command: string) => run('upscmd', ['-u', 'tester', '-p', 'tester', at, command]),
  };
}

function isLook(line: string): boolean {
  return line.includes("send: 'Q1'");
}

async function nextLook(driver: Program): Promise<void> {
  const before = [...driver.stdout, ...driver.stderr].filter(isLook).length;
  await driver.said('another look', isLook, before + 1);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe("NUT's own driver takes the fake for a supply", () => {
  test('on mains, on battery, battery low, and back on mains', async () => {
    const { ups, status, read } = await startNut('me-1000-wtu', 'protocol = megatec');
    expect(await status('OL')).toBe('OL');
    expect(await read('device.model')).toBe('HV 1K');
    expect(await read('ups.firmware')).toBe('00443.08');
    expect(await read('battery.voltage.nominal')).toBe('36.0');
    expect(await read('ups.type')).toBe('online');
    ups.type('mains off');
    expect(await status('OB')).toBe('OB');
    ups.type('charge 4');
    expect(await status('LB')).toBe('OB LB');
    ups.type('mains on');
    expect(await status('OL')).toBe('OL');
  });

  test('without an identity, with the voltage of its whole battery, its load, and what NUT tells it to do', async () => {
    const { ups, status, read, reads, command } = await startNut('powermust-1000', 'protocol = megatec', 'novendor');
    await status('OL');
    expect(await read('battery.voltage')).toBe('27.40');
    ups.type('load 35');
    expect(await reads('ups.load', (load) => load === '35')).toBe('35');
    await command('beeper.toggle');
    await reads('ups.beeper.status', (beeper) => beeper === 'disabled');
    await command('test.battery.start.quick');
    await status('CAL');
    await command('test.battery.stop');
    expect(await status('OL')).not.toContain('OB');
    await command('shutdown.stayoff');
    await status('FSD');
    await command('shutdown.stop');
    await reads('ups.status', (value) => value === 'OL');
  });
});
