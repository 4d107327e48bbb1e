import { join } from 'node:path';
import { takeLock } from '#agent/journal/lock.ts';
import type { TracedChunk } from '#agent/lines/trace.ts';
import { type HubProcess, startHubProcess } from '#agent/main.ts';
import { startBroker } from '#centre/broker.ts';
import { createCentre } from '#centre/centre.ts';
import type { CentreListener } from '#centre/events.ts';
import { makeKey, sha256Hex } from '#centre/keys.ts';
import { startMqttFront } from '#centre/mqttFront.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import { type RadioDevice, type RadioEvent, createRadioDevice } from '#devices/radio/radioDevice.ts';
import { defaultTransmitters } from '#devices/radio/transmitters.ts';
import { type Configuration, readConfiguration } from '#protocol/configuration/configuration.ts';
import { transmittersOf } from './world/radioSide.ts';
import { bytesInHex } from '#protocol/core/hex.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Clock, Random } from '#protocol/core/time.ts';

export interface HomeOptions {
  /** Where the journal and the fake serial port are; absolute, and it exists. */
  folder: string;
  /** Who lives there; without it a hub with one accessory of each kind. */
  hub?: Configuration;
  /** A broker outside, with a centre behind it; without it both are in this process. */
  brokerUrl?: string;
  clock: Clock;
  random: Random;
  log: Log;
  onRadioEvent(event: RadioEvent): void;
  onCentreEvent: CentreListener;
}

/** A hub in real time on a fake radio and a real pseudo terminal, with its centre. */
export interface Home {
  radio: RadioDevice;
  hub: HubProcess;
  configuration: Configuration;
  /** Ends the hub, then the centre and its broker, then the radio. */
  close(): Promise<void>;
}

interface Outside {
  url: string;
  keys: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Opens a home. Rejects when a part of it cannot be had, with an Error for people, and leaves nothing open. */
export async function openHome(options: HomeOptions): Promise<Home> {
  const opened: (() => Promise<void>)[] = [];
  const close = async () => {
    for (let last = opened.pop(); last !== undefined; last = opened.pop()) {
      await last();
    }
  };
  try {
    return { ...(await furnish(options, (closer) => opened.push(closer))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function furnish(
  options: HomeOptions,
  closeLater: (closer: () => Promise<void>) => void,
): Promise<Omit<Home, 'close'>> {
  const { folder, clock, random, log } = options;
  // Before anything is touched: the serial port's link of a home that lives here would be replaced.
  const release = takeLock(join(folder, 'home'));
  closeLater(() => Promise.resolve(release()));
  const line = createPtyLine({ link: join(folder, 'ttyRADIO') });
  closeLater(line.close);
  await line.ready;
  const outside = await findCentre(options);
  closeLater(outside.close);
  const configuration = configure(options, outside, line.path);
  const radio = createRadioDevice({
    line: line.device,
    connector: line,
    clock,
    random,
    transmitters: transmittersOf(configuration),
    onEvent: options.onRadioEvent,
  });
  const sink = ({ direction, bytes }: TracedChunk) =>
    log.debug({ step: 'line' }, `${direction === 'in' ? '→' : '←'} ${bytesInHex(bytes)}`);
  const hub = startHubProcess({ configuration, clock, random, log, trace: { lines: ['radio'], sink } });
  closeLater(hub.stop);
  return { radio, hub, configuration };
}

async function findCentre(options: HomeOptions): Promise<Outside> {
  const { brokerUrl, hub } = options;
  return brokerUrl === undefined
    ? await ownCentre(options)
    : { url: brokerUrl, keys: hub?.centre.primary.keys ?? {}, close: async () => {} };
}

async function ownCentre({ clock, random, onCentreEvent: listener }: HomeOptions): Promise<Outside> {
  const broker = await startBroker();
  const key = makeKey();
  const centre = createCentre({ clock, sha256Hex, listener });
  const front = startMqttFront({
    url: broker.url,
    name: 'centre-1',
    centre,
    signer: key,
    clock,
    random,
    listener,
  });
  return {
    url: broker.url,
    keys: { [key.keyId]: key.publicKey },
    async close() {
      await new Promise<void>((resolve) => front.stop(resolve));
      await broker.close();
    },
  };
}

/** The configuration as it was given, on this home's serial port, journal and centre. */
function configure({ hub, folder }: HomeOptions, { url, keys }: Outside, port: string): Configuration {
  const primary = { ...hub?.centre.primary, url, keys };
  const here = { centre: { primary }, radio: { port }, journal: { file: join(folder, 'journal.db') } };
  if (hub !== undefined) {
    return { ...hub, ...here, journal: { ...hub.journal, ...here.journal } };
  }
  const read = readConfiguration({ hub: 'hub-0001', ...here, accessories: usualAccessories });
  if (!read.ok) {
    throw new Error(`the usual home is not furnished rightly: ${JSON.stringify(read.problem)}`);
  }
  return read.value;
}

const usualKinds = ['pendant', 'extra-pendant', 'light-press', 'smoke', 'epilepsy', 'voice-trigger'];

const usualAccessories = defaultTransmitters
  .filter(({ kind }) => usualKinds.includes(kind))
  .map(({ name, kind, id, profile }) => ({ name, kind, id, profile, location: kind === 'smoke' ? 'kitchen' : 'hall' }));
