import { join } from 'node:path';
import { fittedDevices } from '#agent/drivers/fitted.ts';
import type { HealthListener, HubDevices } from '#agent/hub/devices.ts';
import { openInput } from '#agent/lines/inputLine.ts';
import { openSerial } from '#agent/lines/serialLine.ts';
import { aplay, ledLamp } from '#agent/runtime/machineFront.ts';
import { readPowerSupplies } from '#agent/runtime/powerSupplyFiles.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { HubRun } from './hubMachine.ts';
import type { UnderWay } from './underWay.ts';
import { type Wire, type WiredDevice, wiredDevices, type Wires } from './wires.ts';

export interface DeviceWiresOptions {
  /** Where the pseudo terminals are. */
  folder: string;
  configuration: Configuration;
  closeLater(closer: () => Promise<void>): void;
}

/** The wires of a home in real time: pseudo terminals, a fake at the one end of each, the hub's driver at the other. */
export interface DeviceWires {
  wires: Wires;
  /** What one run of the program has at its ends, by the drivers that ship with it. */
  fitted(run: HubRun): HubDevices;
  /** Whether each device was found to work since the beginning. */
  areHeard(): boolean;
}

/** Rejects when a pseudo terminal cannot be had. */
export async function openDeviceWires(
  { folder, configuration, closeLater }: DeviceWiresOptions,
  underWay: UnderWay,
): Promise<DeviceWires> {
  const open = async (device: WiredDevice): Promise<readonly [WiredDevice, Wire]> => {
    // Most are asked, or speak all the time; a reader says at once what is done to it.
    const isCounted = device === 'reader';
    const pty = createPtyLine({
      link: portOf(device),
      ...(isCounted && { onReleased: () => underWay.forget(device) }),
    });
    closeLater(pty.close);
    await pty.ready;
    const line = isCounted ? underWay.counting(device, pty.device) : pty.device;
    return [device, { line, connector: pty }];
  };
  const portOf = (device: WiredDevice): string => join(folder, `tty${device.toUpperCase()}`);
  const opened = await Promise.all(wiredDevices.map(open));
  // What the home's own file names is somebody's hardware.
  const { ups: _ups, reader: _reader, gnss: _gnss, radar: _radar, front: _front, ...home } = configuration;
  const wired = Object.fromEntries(wiredDevices.map((device) => [device, { port: portOf(device) }]));
  const heard = new Set<WiredDevice>();
  return {
    wires: Object.fromEntries(opened),
    areHeard: () => heard.size === wiredDevices.length,
    fitted({ clock, log, own }) {
      const devices = fittedDevices({
        configuration: { ...home, ...wired },
        clock,
        log,
        openPort: (name, path) => own(name, openSerial(path)),
        openInput,
        readSupplies: readPowerSupplies,
        lamp: ledLamp,
        player: aplay,
      });
      return noteHeard(devices, (device) => heard.add(device));
    },
  };
}

/** The same, and whichever is well is told of. */
function noteHeard(
  { openSupply, openReader, openGnss, openRadar }: HubDevices,
  hear: (device: WiredDevice) => void,
): HubDevices {
  const noting =
    <Listener extends HealthListener, Opened>(device: WiredDevice, open: (listener: Listener) => Opened) =>
    (listener: Listener): Opened =>
      open({
        ...listener,
        well() {
          hear(device);
          listener.well();
        },
      });
  return {
    ...(openSupply && { openSupply: noting('ups', openSupply) }),
    ...(openGnss && { openGnss: noting('gnss', openGnss) }),
    ...(openRadar && { openRadar: noting('radar', openRadar) }),
    ...(openReader && { openReader: noting('reader', openReader) }),
  };
}
