import type { HubDevices } from '#agent/hub/devices.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { FrontConfiguration } from '#protocol/configuration/frontSection.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Clock } from '#protocol/core/time.ts';
import { type FrontParts, openFront } from './front/front.ts';
import type { LightLamp } from './front/lamps.ts';
import type { PlayWave } from './front/sounder.ts';
import { startGnss } from './gnss/gnss.ts';
import { createModem } from './modem/modem.ts';
import { startPowerSupply } from './power-supply/powerSupply.ts';
import type { ReadSupplies } from './power-supply/supplyFiles.ts';
import { startRadar } from './radar/radar.ts';
import { startReader } from './reader/reader.ts';
import { startUps } from './ups/ups.ts';

/** What the drivers of the fitted devices are made of. */
export interface FittedParts {
  configuration: Configuration;
  clock: Clock;
  log: Log;
  /** Opens the serial port at this path; `name` is the device's in traces. */
  openPort(name: string, path: string): OpenLine;
  /** Reads what the kernel tells of the supplies. */
  readSupplies: ReadSupplies;
  /** Opens an input device of the kernel's. */
  openInput(path: string): OpenLine;
  lamp(folder: string, name: string): LightLamp;
  player(device: string): PlayWave;
  /** Is told, as soon as a driver is at work, how to ask what it counts (B15.3). */
  counts?(name: string, counters: () => object): void;
}

/** The drivers of the devices that the configuration names, as the hub's ports. A new one is a line here. */
export function fittedDevices(parts: FittedParts): HubDevices {
  const { configuration, clock, log, openPort } = parts;
  const { gnss, reader, radar, front } = configuration;
  const counted = counting(parts);
  return {
    ...fittedSupply(parts),
    ...fittedModem(parts),
    ...(gnss && {
      openGnss: (listener) =>
        counted('gnss', startGnss({ openLine: openPort('gnss', gnss.port), clock, log, listener })),
    }),
    ...(reader && {
      openReader: (listener) =>
        counted('reader', startReader({ openLine: openPort('reader', reader.port), clock, log, listener })),
    }),
    ...(radar && {
      openRadar: (listener) =>
        counted('radar', startRadar({ openLine: openPort('radar', radar.port), clock, log, listener })),
    }),
    ...(front && { openFront: (listener) => openFront({ clock, log, ...frontParts(parts, front) }, listener) }),
  };
}

function frontParts(
  { openInput, lamp, player }: FittedParts,
  { lamps, buttons, sounds }: FrontConfiguration,
): Omit<FrontParts, 'clock' | 'log'> {
  const { folder = '', alarm, status } = lamps ?? {};
  return {
    ...(lamps && {
      lamps: {
        ...(alarm === undefined ? {} : { alarm: lamp(folder, alarm) }),
        ...(status === undefined ? {} : { status: lamp(folder, status) }),
      },
    }),
    ...(buttons && { buttons: { openLine: openInput(buttons.device), keys: buttons.keys } }),
    ...(sounds && { sounds: { play: player(sounds.device), volumePercent: sounds.volumePercent } }),
  };
}

/** Passes a driver on, and says how to ask it. */
function counting({ counts }: FittedParts) {
  return <Driver extends { counters(): object }>(name: string, driver: Driver): Driver => {
    counts?.(name, driver.counters);
    return driver;
  };
}

/** One modem on one line: the mobile link, the short messages, and a voice path. */
function fittedModem(parts: FittedParts): HubDevices {
  const { configuration, clock, log, openPort } = parts;
  const { port } = configuration.modem;
  if (port === undefined) return {};
  const positions = configuration.gnss !== undefined;
  const modem = createModem({ openLine: openPort('modem', port), clock, log, positions });
  const { openModem, openVoicePath } = counting(parts)('modem', modem);
  return { openModem, voicePaths: [openVoicePath] };
}

function fittedSupply(parts: FittedParts): HubDevices {
  const { configuration, clock, log, openPort, readSupplies } = parts;
  const counted = counting(parts);
  const { port, powerSupply: folder } = configuration.ups ?? {};
  if (port !== undefined) {
    return {
      openSupply: (listener) => counted('ups', startUps({ openLine: openPort('ups', port), clock, log, listener })),
    };
  }
  if (folder === undefined) return {};
  return {
    openSupply: (listener) => counted('ups', startPowerSupply({ folder, readSupplies, clock, log, listener })),
  };
}
