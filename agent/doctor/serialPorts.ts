import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type KnownUsb, recogniseUsb } from './knownUsb.ts';

/** A serial port that the kernel has. */
export interface SerialPort {
  /** `/dev/ttyUSB0`. */
  path: string;
  /** The name that stays when other things are plugged in, `/dev/serial/by-id/…`; missing where udev gives none. */
  stableName?: string;
  /** What it says of itself, or what its ids stand for. */
  name: string;
  known?: KnownUsb;
}

/** How many folders up from its port a USB device is looked for. */
const heightLimit = 8;

/** Where the kernel tells of its devices, and where their files are; tests have folders of their own. */
export interface Places {
  /** `/sys` */
  sys: string;
  /** `/dev` */
  dev: string;
}

/** The serial ports on the USB, and those on the board that are wired out (Raspberry Pi: `serial0`). */
export function findSerialPorts(places: Places): SerialPort[] {
  const stable = stableNames(places);
  return entriesOf(join(places.sys, 'class/tty')).flatMap((tty) => {
    const usb = usbOf(join(places.sys, 'class/tty', tty));
    const path = join(places.dev, tty);
    const stableName = stable.get(resolved(path) ?? path);
    if (usb === undefined) return stableName === undefined ? [] : [{ path, stableName, name: "a port of the board's" }];
    const known = recogniseUsb(usb);
    const name = known?.name ?? (usb.called === '' ? `USB ${usb.vendor}:${usb.product}` : usb.called);
    return [
      { path, name, ...(stableName === undefined ? {} : { stableName }), ...(known === undefined ? {} : { known }) },
    ];
  });
}

function usbOf(tty: string) {
  let folder = resolved(join(tty, 'device'));
  let ofInterface = '';
  for (let height = 0; folder !== undefined && height < heightLimit; height += 1) {
    ofInterface ||= textOf(join(folder, 'bInterfaceNumber'));
    const vendor = textOf(join(folder, 'idVendor'));
    if (vendor !== '') {
      const [maker, called] = [textOf(join(folder, 'manufacturer')), textOf(join(folder, 'product'))];
      const product = textOf(join(folder, 'idProduct'));
      return { vendor, product, interface: ofInterface, called: `${maker} ${called}`.trim() };
    }
    folder = dirname(folder);
  }
  return undefined;
}

/** By the port's own path, the first name under which udev has it. */
function stableNames({ dev }: Places): Map<string, string> {
  const names = new Map<string, string>();
  const links = [
    join(dev, 'serial0'),
    ...entriesOf(join(dev, 'serial/by-id')).map((name) => join(dev, 'serial/by-id', name)),
  ];
  for (const link of links) {
    const path = resolved(link);
    if (path !== undefined && path !== link && !names.has(path)) names.set(path, link);
  }
  return names;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

function resolved(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
