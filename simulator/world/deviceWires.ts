import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fittedDevices } from '#agent/drivers/fitted.ts';
import type { HealthListener, HubDevices } from '#agent/hub/devices.ts';
import { openInput } from '#agent/lines/inputLine.ts';
import { openSerial } from '#agent/lines/serialLine.ts';
import { aplay, ledLamp } from '#agent/runtime/machineFront.ts';
import { readPowerSupplies } from '#agent/runtime/powerSupplyFiles.ts';
import { createFrontDevice, frontKeys } from '#devices/front/frontDevice.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { FrontConfiguration } from '#protocol/configuration/frontSection.ts';
import type { Clock } from '#protocol/core/time.ts';
import type { HubRun } from './hubLife.ts';
import type { UnderWay } from './underWay.ts';
import { type Fake, type Wire, type WiredDevice, wiredDevices, type Wires } from './wires.ts';

export interface DeviceWiresOptions {
  /** Where the pseudo terminals are, and the folder of the front. */
  folder: string;
  clock: Clock;
  configuration: Configuration;
  closeLater(closer: () => Promise<void>): void;
}

/** The wires of a home in real time: pseudo terminals, a fake at the one end of each, the hub's driver at the other. */
export interface DeviceWires {
  wires: Wires;
  front: Fake;
  /** What one run of the program has at its ends, by the drivers that ship with it. */
  fitted(run: HubRun): HubDevices;
  /** Whether each device was found to work since the beginning. */
  areHeard(): boolean;
}

/** Rejects when a pseudo terminal cannot be had. */
export async function openDeviceWires(
  { folder, clock: homeClock, configuration, closeLater }: DeviceWiresOptions,
  underWay: UnderWay,
): Promise<DeviceWires> {
  const open = async (device: WiredDevice): Promise<readonly [WiredDevice, Wire]> => {
    // Most are asked, or speak all the time; a reader says at once what is done to it.
    const isCounted = device === 'reader';
    const forget = (): void => underWay.forget(device);
    const pty = createPtyLine({ link: portOf(device), ...(isCounted && { onOpened: forget, onReleased: forget }) });
    closeLater(pty.close);
    await pty.ready;
    const line = isCounted ? underWay.counting(device, pty.device) : pty.device;
    return [device, { line, connector: pty }];
  };
  const portOf = (device: WiredDevice): string => join(folder, `tty${device.toUpperCase()}`);
  const opened = await Promise.all(wiredDevices.map(open));
  const frontFolder = join(folder, 'front');
  rmSync(frontFolder, { recursive: true, force: true });
  const front = createFrontDevice({ folder: frontFolder, clock: homeClock, onEvent() {} });
  closeLater(async () => {
    front.stop();
    rmSync(frontFolder, { recursive: true, force: true });
  });
  const heard = new Set<string>();
  return {
    wires: Object.fromEntries(opened),
    front,
    areHeard: () => heard.size === wiredDevices.length + 1,
    fitted({ clock, log, own }) {
      const devices = fittedDevices({
        configuration: {
          ...withoutHardware(configuration),
          ...Object.fromEntries(wiredDevices.map((device) => [device, { port: portOf(device) }])),
          front: frontIn(frontFolder),
        },
        clock,
        log,
        openPort: (name, path) => own(name, openSerial(path)),
        openInput: (path) => own('front', openInput(path)),
        readSupplies: readPowerSupplies,
        lamp: ledLamp,
        player: (device) => aplay(device, join(frontFolder, 'bin/aplay')),
      });
      return noteHeard(devices, (device) => heard.add(device));
    },
  };
}

/** What the home's own file names is somebody's, and stays alone. */
function withoutHardware({
  ups: _ups,
  reader: _reader,
  gnss: _gnss,
  radar: _radar,
  front: _front,
  modem: { port: _port, ...modem },
  ...home
}: Configuration): Configuration {
  return { ...home, modem };
}

function frontIn(folder: string): FrontConfiguration {
  return {
    lamps: { folder: join(folder, 'leds'), alarm: 'alarm', status: 'status' },
    buttons: { device: join(folder, 'buttons'), keys: frontKeys },
    sounds: { device: 'default', volumePercent: 70 },
  };
}

/** The same, and whichever is well is told of. */
function noteHeard(devices: HubDevices, hear: (device: string) => void): HubDevices {
  const { openSupply, openReader, openGnss, openRadar, openFront } = devices;
  const noting =
    <Listener extends HealthListener, Opened>(device: string, open: (listener: Listener) => Opened) =>
    (listener: Listener): Opened =>
      open({
        ...listener,
        well() {
          hear(device);
          listener.well();
        },
      });
  return {
    ...devices,
    ...(openSupply && { openSupply: noting('ups', openSupply) }),
    ...(openGnss && { openGnss: noting('gnss', openGnss) }),
    ...(openRadar && { openRadar: noting('radar', openRadar) }),
    ...(openFront && { openFront: noting('front', openFront) }),
    ...(openReader && { openReader: noting('reader', openReader) }),
  };
}
