import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import type { Finding } from '#agent/doctor/finding.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import { createRadioDevice } from '#devices/radio/radioDevice.ts';
import { startProgram, welfareHub } from './program.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { startMosquitto } from '#simulator/network/mosquitto.ts';
import { openSlice } from './sliceWorld.ts';
import { realClock } from './uplinkWorld.ts';

/** A machine with USB devices, as the kernel tells of them, in a folder. */
interface Machine {
  folder: string;
  dev: string;
  /** Plugs a part in; what is behind its port comes by `device`. */
  plug(tty: string, usb: { vendor: string; product: string; called: string; byId?: string }): void;
  /** `welfare-hub doctor` on it. */
  doctor(...words: string[]): Promise<{ status: number | null; findings: Finding[] }>;
}

function createMachine(): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [sys, dev] = [join(folder, 'sys'), join(folder, 'dev')];
  [sys, dev].forEach((made) => mkdirSync(made));
  return {
    folder,
    dev,
    plug(tty, { vendor, product, called, byId }) {
      const device = join(sys, `devices/${tty}-usb`);
      write(join(device, 'idVendor'), vendor);
      write(join(device, 'idProduct'), product);
      write(join(device, 'product'), called);
      write(join(device, 'port:1.0/bInterfaceNumber'), '00');
      link(join(device, 'port:1.0'), join(sys, 'class/tty', tty, 'device'));
      if (byId !== undefined) link(join(dev, tty), join(dev, 'serial/by-id', byId));
    },
    async doctor(...words) {
      const program = startProgram(welfareHub('doctor', '--json', '--sys', sys, '--dev', dev, ...words));
      const { status } = await program.end();
      return { status, findings: JSON.parse(program.stdout.join('\n')) as Finding[] };
    },
  };
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${text}\n`);
}

function link(target: string, name: string): void {
  mkdirSync(dirname(name), { recursive: true });
  symlinkSync(target, name);
}

const stick = { vendor: '0403', product: '6001', called: 'EnOcean USB 300 DC' };

/** The fake stick at this port; `fault` is how it misbehaves from the beginning. */
async function putRadio(port: string, fault?: 'silent'): Promise<void> {
  const line = createPtyLine({ link: port });
  onTestFinished(line.close);
  await line.ready;
  const radio = createRadioDevice({ line: line.device, connector: line, clock: realClock, random: createRealRandom() });
  if (fault !== undefined) radio.perform({ word: 'fault', fault });
}

function writeHub(machine: Machine, keys: Readonly<Record<string, unknown>>): string {
  const file = join(machine.folder, 'hub.yaml');
  const usual = {
    hub: 'hub-0001',
    centre: { primary: { url: 'mqtt://127.0.0.1:1' } },
    radio: { port: join(machine.dev, 'ttyUSB0') },
    accessories: [{ name: 'pendant', kind: 'pendant', id: '002a0001' }],
    journal: { file: join(machine.folder, 'journal.db') },
  };
  writeFileSync(file, stringify({ ...usual, ...keys }));
  return file;
}

const about = (findings: readonly Finding[], word: string): Finding | undefined =>
  findings.find((finding) => finding.about === word);

test('with nothing plugged in and no configuration it says what to do first', async () => {
  const { status, findings } = await createMachine().doctor();
  expect(status).toBe(0);
  expect(about(findings, 'devices')).toMatchObject({
    state: 'look',
    advice: expect.stringContaining('Plug the radio stick in'),
  });
});

test('a stick that hub.yaml does not name is found, asked what it is, and the line to write is told', async () => {
  const machine = createMachine();
  machine.plug('ttyUSB0', { ...stick, byId: 'usb-EnOcean_GmbH_USB_300' });
  await putRadio(join(machine.dev, 'ttyUSB0'));
  const { status, findings } = await machine.doctor();
  expect(status).toBe(0);
  expect(about(findings, 'ttyUSB0')).toMatchObject({
    says: expect.stringContaining('EnOcean GATEWAYCTRL'),
    advice: expect.stringContaining(`radio: { port: ${machine.dev}/serial/by-id/usb-EnOcean_GmbH_USB_300 }`),
  });
});

test('when everything is right it says so, with what each part is', async () => {
  const machine = createMachine();
  const broker = await startMosquitto();
  onTestFinished(broker.remove);
  await putRadio(join(machine.dev, 'ttyUSB0'));
  const file = writeHub(machine, { centre: { primary: { url: broker.url } } });
  const { status, findings } = await machine.doctor('--config', file);
  expect(status).toBe(0);
  expect(findings.filter(({ state }) => state === 'bad')).toEqual([]);
  expect(about(findings, 'radio')).toMatchObject({ state: 'ok', says: expect.stringContaining('GATEWAYCTRL') });
  expect(about(findings, 'primary centre')).toMatchObject({
    state: 'ok',
    says: expect.stringMatching(/answers in \d+ ms/u),
  });
  expect(about(findings, 'hub.yaml')).toMatchObject({ state: 'ok', says: expect.stringContaining('one accessory') });
});

test.each<[string, string, Readonly<Record<string, unknown>>, string]>([
  ['a port that is not there', 'reader', { reader: { port: '/dev/nowhere' } }, 'Plug the tag reader in'],
  ['a file where a port should be', 'gnss', { gnss: { port: '/etc/hostname' } }, 'gnss.port'],
  ['a broker that is not there', 'primary centre', {}, 'is its port right'],
  [
    'a name that leads nowhere',
    'primary centre',
    { centre: { primary: { url: 'mqtt://nowhere.invalid:1883' } } },
    'letter by letter',
  ],
  [
    'one port for two devices',
    'ups',
    { ups: { port: '/dev/null' }, radar: { port: '/dev/null' } },
    'a port of its own',
  ],
  ['a folder that is missing', 'disk', { journal: { file: '/nowhere/journal.db' } }, 'sudo install -d'],
  ['a slip in the configuration', 'hub.yaml', { raido: {} }, 'every key with its meaning'],
])('%s is told with what to do', async (_, word, keys, advice) => {
  const machine = createMachine();
  await putRadio(join(machine.dev, 'ttyUSB0'));
  const { status, findings } = await machine.doctor('--config', writeHub(machine, keys));
  expect(status).toBe(1);
  expect(about(findings, word)).toMatchObject({ state: 'bad', advice: expect.stringContaining(advice) });
});

test('a stick that is there and silent is told from one that is missing', async () => {
  const machine = createMachine();
  await putRadio(join(machine.dev, 'ttyUSB0'), 'silent');
  const { findings } = await machine.doctor('--config', writeHub(machine, {}));
  expect(about(findings, 'radio')).toMatchObject({
    state: 'bad',
    advice: expect.stringContaining('Pull the stick out'),
  });
});

/** A fake as a program of its own, driven by words. */
async function putFake(device: string, port: string): Promise<ReturnType<typeof startProgram>> {
  const fake = startProgram(welfareHub('device', device, '--link', port, '--json'));
  await fake.said(`the fake ${device}`, (line) => line.includes('"event":"ready"'));
  return fake;
}

test('each device says what it is, and ports that are mixed up are told', async () => {
  const machine = createMachine();
  const port = (name: string): string => join(machine.dev, name);
  await putRadio(port('ttyUSB0'));
  const [, , reader] = await Promise.all([
    putFake('ups', port('ups')),
    putFake('radar', port('radar')),
    putFake('reader', port('reader')),
    putFake('gnss', port('gnss')),
  ]);
  reader.type('hold 0123456789');
  const keys = {
    ups: { port: port('ups') },
    radar: { port: port('radar') },
    reader: { port: port('reader') },
    gnss: { port: port('gnss') },
  };
  const right = await machine.doctor('--config', writeHub(machine, keys));
  expect(about(right.findings, 'ups')).toMatchObject({ state: 'ok', says: expect.stringContaining('on mains') });
  expect(about(right.findings, 'radar')).toMatchObject({ state: 'ok', says: expect.stringContaining('LD2410') });
  expect(about(right.findings, 'gnss')).toMatchObject({ state: 'ok', says: expect.stringContaining('satellites') });
  expect(about(right.findings, 'reader')).toMatchObject({
    state: 'ok',
    says: expect.stringContaining('it read a tag'),
  });
  expect(JSON.stringify(right.findings)).not.toContain('0123456789');

  const wrong = { ups: { port: port('radar') }, radar: { port: port('ups') } };
  const { findings } = await machine.doctor('--config', writeHub(machine, wrong));
  expect(about(findings, 'ups')).toMatchObject({ state: 'bad', advice: expect.stringContaining('radar.port') });
  expect(about(findings, 'radar')).toMatchObject({ state: 'bad', advice: expect.stringContaining('ups.port') });
});

test.each<[string, string, string, string]>([
  ['sim absent', 'SIM', 'bad', 'put the SIM in'],
  ['sim pin', 'SIM', 'bad', 'modem: { pin:'],
  ['sim puk', 'SIM', 'bad', 'PUK that came with it'],
  ['network denied', 'network', 'bad', 'activated and paid for'],
  ['network searching', 'network', 'look', 'antenna'],
  ['signal -105', 'signal', 'look', 'nearer to a window'],
])(
  'behind a modem that answers: %s is told with what to do, and no PIN is tried',
  async (words, word, state, advice) => {
    const machine = createMachine();
    const port = join(machine.dev, 'modem');
    const modem = await putFake('modem', port);
    modem.type(words);
    await modem.said(words, (line) => line.startsWith('{"event":"done"'));
    const { findings } = await machine.doctor('--config', writeHub(machine, { modem: { port } }));
    expect(about(findings, 'modem')).toMatchObject({ state: 'ok', says: expect.stringContaining('SIM7600') });
    expect(about(findings, word)).toMatchObject({ state, advice: expect.stringContaining(advice) });
    expect(modem.stdout.join('\n')).not.toMatch(/CPIN=/u);
  },
);

test('a stick under another name is looked for where it is', async () => {
  const machine = createMachine();
  machine.plug('ttyUSB5', stick);
  await putRadio(join(machine.dev, 'ttyUSB5'));
  const { findings } = await machine.doctor('--config', writeHub(machine, {}));
  expect(about(findings, 'radio')?.advice).toContain(`radio: { port: ${machine.dev}/ttyUSB5 }`);
});

test('a hub that runs keeps its ports: nobody asks behind its back, and its alarms go on', async () => {
  const slice = await openSlice();
  await slice.centre.connect();
  const hub = await slice.startReadyHub();
  const { findings } = await createMachine().doctor('--config', slice.hubFile);
  expect(about(findings, 'radio')).toMatchObject({ state: 'ok', says: 'the hub that is running has no complaint' });
  slice.radio.say('press pendant-1');
  const { ref } = await hub.logged({ step: 'acknowledged' });
  expect(slice.waits(ref)).toBe(false);
});

test('a configuration that is not there is a wrong call', async () => {
  const program = startProgram(welfareHub('doctor', '--config', '/nowhere/hub.yaml'));
  expect(await program.end()).toMatchObject({ status: 2 });
  expect(program.stderr.join('\n')).toContain('/nowhere/hub.yaml');
});

test('for people it is a table with what to do under each line', async () => {
  const machine = createMachine();
  const program = startProgram(welfareHub('doctor', '--sys', machine.folder, '--dev', machine.dev));
  await program.end();
  expect(program.stdout.slice(0, 2)).toEqual([
    'look  devices  Nothing is plugged in that has a serial port.',
    '               → Plug the radio stick in, and call this again.',
  ]);
  expect(program.stdout.at(-1)).toMatch(/^Nothing is wrong; \d worth a look\.$/u);
});
