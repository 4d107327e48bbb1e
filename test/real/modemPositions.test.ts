import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { startHubProcess } from './hubProcess.ts';
import { type Program, startProgram, welfareHub } from './program.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'positions-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function putModem(folder: string, profile: string): Promise<Program> {
  const ports = ['--link', join(folder, 'modem'), '--nmea', join(folder, 'nmea')];
  const modem = startProgram(welfareHub('device', 'modem', '--profile', profile, ...ports, '--json'));
  await modem.said('the modem', (line) => line.includes('"event":"ready"'));
  return modem;
}

function writeHub(folder: string, devices: object): string {
  const file = join(folder, 'hub.yaml');
  const hub = {
    hub: 'hub-0001',
    centre: { primary: { url: 'mqtt://127.0.0.1:1' } },
    journal: { file: join(folder, 'journal.db') },
    log: { level: 'debug' },
    ...devices,
  };
  writeFileSync(file, stringify(hub));
  return file;
}

test.each(['sim7600e-h', 'ec25'])(
  '%s is told to send positions where a receiver of them is fitted, and its second port is that receiver',
  async (profile) => {
    const folder = makeFolder();
    const modem = await putModem(folder, profile);
    const devices = { modem: { port: join(folder, 'modem') }, gnss: { port: join(folder, 'nmea') } };
    const hub = startHubProcess(writeHub(folder, devices));
    await modem.said('positions on', (line) => line.includes('"event":"positions","on":true'));
    const ready = await hub.logged({ msg: 'device ready', device: 'gnss' });
    expect(ready).toMatchObject({ device: 'gnss' });
  },
);

test('without one the receiver in the modem stays off: it would cost the battery', async () => {
  const folder = makeFolder();
  const modem = await putModem(folder, 'sim7600e-h');
  const hub = startHubProcess(writeHub(folder, { modem: { port: join(folder, 'modem') } }));
  await hub.logged({ step: 'link', registration: 'home' });
  expect(modem.stdout.filter((line) => line.includes('CGPS') || line.includes('"positions"'))).toEqual([]);
});
