import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type JournalEvent, openJournalReader } from '#agent/journal/reader.ts';
import { createRealClock } from '#agent/runtime/clock.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { createCentre } from '#centre/centre.ts';
import type { Case } from '#centre/events.ts';
import { makeKey, sha256Hex, type SigningKey } from '#centre/keys.ts';
import { startMqttFront } from '#centre/mqttFront.ts';
import { createFrontDevice } from '#devices/front/frontDevice.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import { parseRadioCommand } from '#devices/radio/commands.ts';
import { createRadioDevice } from '#devices/radio/radioDevice.ts';
import type { Transmitter } from '#devices/radio/transmitters.ts';
import { startMosquitto } from '#simulator/network/mosquitto.ts';
import { type HubProgram, startHubProgram, type Strace } from './hubProgram.ts';
import { createWaits, type Waits } from './waits.ts';

const clock = createRealClock();
const random = createRealRandom();

/** A real broker with a centre that takes every alarm, for many homes. */
export interface Town {
  waits: Waits;
  key: SigningKey;
  url: string;
  /** The cases of this hub, oldest first. */
  casesOf(hub: string): readonly Case[];
  hasBeaten(hub: string): boolean;
  /** What the centre could not take; nothing, where all is well. */
  refused(): number;
  close(): Promise<void>;
}

export async function openTown(): Promise<Town> {
  const waits = createWaits(clock);
  const broker = await startMosquitto();
  const key = makeKey();
  const beaten = new Set<string>();
  let isConnected = false;
  const listener: Parameters<typeof createCentre>[0]['listener'] = (event) => {
    if (event.event === 'heartbeat') beaten.add(event.hub);
    if (event.event === 'connected') isConnected = true;
    waits.tell();
  };
  const centre = createCentre({ clock, sha256Hex, listener });
  const front = startMqttFront({ url: broker.url, name: 'centre-1', centre, signer: key, clock, random, listener });
  await waits.until('the centre to connect', () => isConnected);
  return {
    waits,
    key,
    url: broker.url,
    casesOf: (hub) => centre.cases().filter((found) => found.hub === hub),
    hasBeaten: (hub) => beaten.has(hub),
    refused: () => centre.counts().refused,
    async close() {
      await new Promise<void>((resolve) => front.stop(resolve));
      await broker.remove();
    },
  };
}

/** A home with a radio receiver on a pseudo terminal, lamps and a sounder, whose hub can be killed. */
export interface Home {
  hub: string;
  folder: string;
  journalFile: string;
  /** Where the hub looks for its centre when it starts next: in town, or where nobody answers. */
  setCentre(where: 'town' | 'nowhere'): void;
  press(): void;
  /** Starts its hub, with or without strace. */
  start(strace?: Strace): HubProgram;
  /** How long each sound was that was played so far, in milliseconds. */
  sounds: number[];
  /** Whether the red lamp is lit at this moment. */
  isLampLit(): boolean;
  /** What the journal says, read as another program does. */
  journal(): readonly JournalEvent[];
  waitsFor(ref: string): boolean;
  /** A file of its own, for a trace. */
  fileFor(name: string): string;
  close(): Promise<void>;
}

const pendant: Transmitter = {
  name: 'pendant',
  kind: 'pendant',
  id: '002a0001',
  profile: 'F6-02-01',
  signalDbm: -62,
  repeat: 1,
  subTelegrams: 3,
  silent: false,
};

/** Port 1 of the loopback, tcpmux, which nobody has. */
const nowhere = 'mqtt://127.0.0.1:1';

export interface HomeOptions {
  /** A folder within the home's, where the journal is. Default: the home's own. */
  journalFolder?: string;
  /** How often is looked whether a journal that fails is well again. */
  lookAgain?: string;
}

export async function openHome(town: Town, hub: string, options: HomeOptions = {}): Promise<Home> {
  const folder = mkdtempSync(join(tmpdir(), 'kills-'));
  const frontFolder = join(folder, 'front');
  mkdirSync(frontFolder);
  const sounds: number[] = [];
  const front = createFrontDevice({
    folder: frontFolder,
    clock,
    onEvent(event) {
      if (event.event === 'sound') sounds.push(event.ms);
      town.waits.tell();
    },
  });
  const line = createPtyLine({ link: join(folder, 'ttyRADIO') });
  await line.ready;
  const radio = createRadioDevice({ line: line.device, connector: line, clock, random, transmitters: [pendant] });
  const hubFile = join(folder, 'hub.yaml');
  const journalFolder = join(folder, options.journalFolder ?? '');
  mkdirSync(journalFolder, { recursive: true });
  const journalFile = join(journalFolder, 'journal.db');
  const journal = { file: journalFile, ...(options.lookAgain === undefined ? {} : { lookAgain: options.lookAgain }) };
  const setCentre = (where: 'town' | 'nowhere'): void => {
    const url = where === 'town' ? town.url : nowhere;
    writeFileSync(hubFile, stringify(configurationOf({ town, url, hub, folder, frontFolder, journal })));
  };
  setCentre('town');
  const read = <Outcome>(ask: (reader: ReturnType<typeof openJournalReader>) => Outcome): Outcome => {
    const reader = openJournalReader(journalFile);
    try {
      return ask(reader);
    } finally {
      reader.close();
    }
  };
  return {
    hub,
    folder,
    journalFile,
    setCentre,
    sounds,
    press() {
      const command = parseRadioCommand(`press ${pendant.name}`, radio.names());
      const done = command.ok ? radio.perform(command.value) : command;
      if (!done.ok) throw new Error(done.problem);
    },
    start: (strace) =>
      startHubProgram({ hubFile, path: `${frontFolder}/bin:${process.env['PATH']}`, waits: town.waits }, strace),
    isLampLit: () => Number(readFileSync(join(frontFolder, 'leds/alarm/brightness'), 'utf8')) > 0,
    journal: () => read((reader) => reader.newest(1_000)),
    waitsFor: (ref) => read((reader) => reader.waits(ref)),
    fileFor: (name) => join(folder, name),
    async close() {
      front.stop();
      await line.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Surroundings {
  town: Town;
  url: string;
  hub: string;
  folder: string;
  frontFolder: string;
  journal: object;
}

function configurationOf({ town, url, hub, folder, frontFolder, journal }: Surroundings): object {
  return {
    hub,
    centre: { primary: { url, keys: { [town.key.keyId]: town.key.publicKey } } },
    paths: { answerWithin: '2s', roundEvery: '1s' },
    radio: { port: join(folder, 'ttyRADIO') },
    front: { lamps: { folder: join(frontFolder, 'leds'), alarm: 'alarm', status: 'status' }, sounds: {} },
    accessories: [{ name: pendant.name, kind: pendant.kind, id: pendant.id, location: 'hall' }],
    journal,
    log: { level: 'debug' },
  };
}
