import { startRadar } from '#agent/drivers/radar/radar.ts';
import { startReader } from '#agent/drivers/reader/reader.ts';
import type { HubDevices } from '#agent/hub/devices.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Clock } from '#protocol/core/time.ts';

/** What the drivers of the fitted devices are made of. */
export interface FittedParts {
  configuration: Configuration;
  clock: Clock;
  log: Log;
  /** Opens the serial port at this path; `name` is the device's in traces. */
  openPort(name: string, path: string): OpenLine;
}

/** The drivers of the devices that the configuration names, as the hub's ports. A new one is a line here. */
export function fittedDevices({ configuration, clock, log, openPort }: FittedParts): HubDevices {
  const { reader, radar } = configuration;
  return {
    ...(reader && {
      openReader: (listener) => startReader({ openLine: openPort('reader', reader.port), clock, log, listener }),
    }),
    ...(radar && {
      openRadar: (listener) => startRadar({ openLine: openPort('radar', radar.port), clock, log, listener }),
    }),
  };
}
