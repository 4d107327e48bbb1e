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
}

/** The drivers of the devices that the configuration names, as the hub's ports. A new one is a line here. */
export function fittedDevices(parts: FittedParts): HubDevices {
  const { configuration, clock, log, openPort } = parts;
  const { gnss, reader, radar, front } = configuration;
  return {
    ...fittedSupply(parts),
    ...fittedModem(parts),
    ...(gnss && {
      openGnss: (listener) => startGnss({ openLine: openPort('gnss', gnss.port), clock, log, listener }),
    }),
    ...(reader && {
      openReader: (listener) => startReader({ openLine: openPort('reader', reader.port), clock, log, listener }),
    }),
    ...(radar && {
      openRadar: (listener) => startRadar({ openLine: openPort('radar', radar.port), clock, log, listener }),
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

/** One modem on one line: the mobile link, the short messages, and a voice path. */
function fittedModem({ configuration, clock, log, openPort }: FittedParts): HubDevices {
  const { port } = configuration.modem;
  if (port === undefined) return {};
  const positions = configuration.gnss !== undefined;
  const { openModem, openVoicePath } = createModem({ openLine: openPort('modem', port), clock, log, positions });
  return { openModem, voicePaths: [openVoicePath] };
}

function fittedSupply({ configuration, clock, log, openPort, readSupplies }: FittedParts): HubDevices {
  const { port, powerSupply: folder } = configuration.ups ?? {};
  if (port !== undefined) {
    return { openSupply: (listener) => startUps({ openLine: openPort('ups', port), clock, log, listener }) };
  }
  if (folder === undefined) return {};
  return { openSupply: (listener) => startPowerSupply({ folder, readSupplies, clock, log, listener }) };
}
