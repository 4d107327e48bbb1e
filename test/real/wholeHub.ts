import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { type Mosquitto, startMosquitto } from '#simulator/network/mosquitto.ts';
import { type HubProcess, startHubProcess } from './hubProcess.ts';
import { type Program, startProgram, welfareHub } from './program.ts';
import { createSliceCentre, hubId, type SliceCentre } from './sliceWorld.ts';

/** The fakes on ports that a whole hub has around it, by the words of `welfare-hub device`. A new one is a word here. */
const onPorts = ['radio', 'modem', 'ups', 'reader', 'radar', 'gnss'] as const;

type OnPort = (typeof onPorts)[number];

type Fitted = OnPort | 'front';

/** Tags that check in and out. */
export const staffTag = '0123456789';
export const otherStaffTag = '0123456abc';
/** The tag that begins installer mode and ends it. */
export const installerTag = '0a0b0c0d0e';

/** The hash by which the hub knows a tag. */
function hashOf(tag: string): string {
  return createHash('sha256').update(`${hubId}:${tag}`).digest('hex');
}

/** A hub with all of its devices, each a program of its own on a pseudo terminal, and its broker and centre. */
export interface WholeHub {
  hub: HubProcess;
  broker: Mosquitto;
  centre: SliceCentre;
  /** Types a line of words to a fake; kept when it says that it is done, broken when it refuses. */
  say(device: Fitted, words: string): Promise<void>;
  /** Kept when a fake has told such an event, so many times. */
  told(device: Fitted, fields: Readonly<Record<string, unknown>>, times?: number): Promise<void>;
}

/** Puts everything together and waits until the hub hears its radio and is connected; all of it ends with the test. */
export async function openWholeHub(): Promise<WholeHub> {
  const folder = mkdtempSync(join(tmpdir(), 'whole-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const broker = await startMosquitto();
  onTestFinished(broker.remove);
  const centre = createSliceCentre(broker.url);
  await centre.connect();
  const port = (device: OnPort): string => join(folder, `tty-${device}`);
  const front = join(folder, 'front');
  const fakes = new Map<Fitted, Program>();
  const start = async (device: Fitted, ...where: string[]): Promise<void> => {
    const fake = startProgram(welfareHub('device', device, ...where, '--json'));
    fakes.set(device, fake);
    await fake.said(`the fake ${device}`, (line) => line.includes('"event":"ready"'));
  };
  await Promise.all([
    start('front', '--folder', front),
    ...onPorts.map((device) => start(device, '--link', port(device))),
  ]);
  const fakeOf = (device: Fitted): Program => {
    const fake = fakes.get(device);
    if (fake === undefined) throw new Error(`there is no fake ${device}`);
    return fake;
  };
  const hubFile = join(folder, 'hub.yaml');
  writeFileSync(hubFile, stringify(configuration({ folder, front, port, broker, centre })));
  const hub = startHubProcess(hubFile, [], { PATH: `${front}/bin:${process.env['PATH']}` });
  await Promise.all([hub.logged({ step: 'receiver' }), hub.logged({ step: 'connected' })]);
  return {
    hub,
    broker,
    centre,
    async told(device, fields, times) {
      await fakeOf(device).said(`${device}: ${JSON.stringify(fields)}`, (line) => has(line, fields), times);
    },
    async say(device, words) {
      const fake = fakeOf(device);
      const answersBefore = fake.stdout.filter(isAnswer).length;
      fake.type(words);
      const answer = await fake.said(`${words}, done`, isAnswer, answersBefore + 1);
      if (answer.includes('"refused"')) throw new Error(`${device}: ${words}: ${answer}`);
    },
  };
}

/** What a fake says to the words it was given. */
function isAnswer(line: string): boolean {
  return line.startsWith('{"event":"done"') || line.startsWith('{"event":"refused"');
}

function has(line: string, fields: Readonly<Record<string, unknown>>): boolean {
  const event = JSON.parse(line) as Record<string, unknown>;
  return Object.entries(fields).every(([name, value]) => event[name] === value);
}

interface Surroundings {
  folder: string;
  front: string;
  port(device: OnPort): string;
  broker: Mosquitto;
  centre: SliceCentre;
}

function configuration({ folder, front, port, broker, centre }: Surroundings): object {
  const { keyId, publicKey } = centre.key;
  return {
    hub: hubId,
    centre: { primary: { url: broker.url, keys: { [keyId]: publicKey } } },
    ...Object.fromEntries(onPorts.map((device) => [device, { port: port(device) }])),
    front: {
      lamps: { folder: join(front, 'leds'), alarm: 'alarm', status: 'status' },
      buttons: { device: join(front, 'buttons') },
      sounds: {},
    },
    sms: { number: '+46700000001' },
    voice: { modemReceiver: '+46313900600', startWithin: '1s' },
    paths: { answerWithin: '2s', roundEvery: '2s' },
    power: { reportAfter: '1s', restoredAfter: '1s' },
    tags: [
      { name: 'day-staff', hash: hashOf(staffTag) },
      { name: 'night-staff', hash: hashOf(otherStaffTag) },
      { name: 'installer', hash: hashOf(installerTag), installer: true },
    ],
    visits: { shownFor: '1s' },
    accessories: [
      { name: 'pendant', kind: 'pendant', id: '002a0001', location: 'hall' },
      { name: 'smoke', kind: 'smoke', id: '002a0006', location: 'kitchen' },
      { name: 'fall', kind: 'fall', id: '002a0009', profile: 'F6-01-01', cancel: '5s' },
      { name: 'radar', kind: 'radar', location: 'living room', hours: '00:00-24:00' },
    ],
    journal: { file: join(folder, 'journal.db') },
  };
}
