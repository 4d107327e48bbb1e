import type { FrontButton } from '#agent/hub/devices.ts';
import { commandNames as everyCommand } from '#protocol/mqtt/command.ts';

/** What can be done, with the words of the scenario language. Names are accessories', unless said otherwise. */
export type Action =
  | { word: AccessoryDeed; name: string }
  | { word: 'position'; name: string; latitude: number; longitude: number }
  | { word: 'stranger'; does: 'press' }
  | ({ word: 'accessory'; name: string } & AccessorySettings)
  | { word: 'button'; name: FrontButton }
  | { word: 'mains'; is: 'on' | 'off' }
  | { word: 'battery'; chargePercent?: number; healthPercent?: number; absent?: boolean }
  | { word: 'link'; is: 'up' | 'down' | LinkDifficulties }
  | { word: 'modem'; does: ModemDeed }
  | { word: 'signal'; dbm: number }
  | { word: 'broker'; does: 'stop' | 'start' | 'restart' }
  | { word: 'centre' | 'reserve'; does: CentreManner }
  | { word: 'operator'; does: (typeof operatorDeeds)[number] }
  | { word: 'operator'; does: 'key'; digit: string }
  /** A tag's name, or `unknown`. */
  | { word: 'tag'; name: string }
  | { word: 'away' | 'installer'; is: 'on' | 'off' }
  /** It starts by itself 5 s after a crash or a restart, and `offMs` (30 s) after a power cut. */
  | { word: 'hub'; does: 'crash'; when?: (typeof writeMoments)[number] }
  | { word: 'hub'; does: 'restart' }
  | { word: 'hub'; does: 'power-cut'; offMs?: number }
  | { word: 'clock'; does: 'unset' }
  /** The hub's wall clock jumps, forwards or with a negative number backwards. */
  | { word: 'clock'; does: 'jump'; byMs: number }
  | { word: 'disk'; is: 'full' | 'ok' | 'failing' }
  /** What befalls the journal's file; but for a copy, the program is killed before and starts by itself 5 s later. */
  | { word: 'journal'; is: JournalFate }
  /** The centre sends a configuration, laid over the one in force; the keys beside it are for bad ones. */
  | ({ word: 'configure'; layer: Readonly<Record<string, unknown>> } & ConfigurationFlaws)
  | ({ word: 'command'; name: CommandName; details: Readonly<Record<string, unknown>> } & CommandFlaws)
  /** As if the device had sent them; two hex digits a byte, spaces do not count. */
  | { word: 'bytes'; to: (typeof bytesDevices)[number]; hex: string }
  | { word: 'unplug' | 'plug'; device: Device };

/**
 * A copy of the journal is made, and put in its place later; a page of it is damaged; it is gone; it is as a newer program
 * writes it.
 */
export const journalFates = ['copied', 'restored', 'damaged', 'gone', 'newer'] as const;
export type JournalFate = (typeof journalFates)[number];

/** A crash just before the next write to the journal reaches the disk, or just behind it, before anything else is done. */
export const writeMoments = ['before-write', 'after-write'] as const;

export const onOrOff = ['on', 'off'] as const;

/** What can happen to an accessory by its word alone. */
export const accessoryDeeds = [
  'press',
  'open',
  'close',
  'leave',
  'enter',
  'step-on',
  'move',
  'still',
  'fall',
  'smoke',
  'clear',
  'seizure',
  'shout',
  'sos',
] as const;

export type AccessoryDeed = (typeof accessoryDeeds)[number];

export interface AccessorySettings {
  chargePercent?: number;
  silent?: boolean;
  tamper?: boolean;
  dbm?: number;
  repeat?: number;
}

export const modemDeeds = [
  'unplug',
  'plug',
  'reboot',
  /** It does not answer any more, until it starts anew. */
  'hangs',
  'no-sim',
  'wrong-pin',
  'puk',
  'searching',
  'denied',
  'roaming',
  '2g',
  '3g',
  '4g',
] as const;

export type ModemDeed = (typeof modemDeeds)[number];

/** What an operator does when the hub calls, or in the call that is going on; or he calls the hub. */
export const operatorDeeds = ['answers', 'does-not-answer', 'calls', 'hangs-up'] as const;

/** The commands of a centre, beside a configuration. */
export const commandNames = everyCommand.filter((name) => name !== 'configure');

type CommandName = (typeof commandNames)[number];

export const signatureFlaws = ['none', 'wrong'] as const;

/** How a configuration from the centre can be bad (B11.2). */
export interface ConfigurationFlaws {
  /** Not signed, or signed by a key that is not the centre's. */
  signature?: (typeof signatureFlaws)[number];
  /** The version, where it is not the next one. */
  version?: number;
}

/** How a command can be bad. */
export interface CommandFlaws {
  signature?: (typeof signatureFlaws)[number];
  /** The centre's counter, where it is not the next one: an old one is a replay. */
  counter?: number;
}

/** A link that is up, and bad. What is not given is as usual. */
export interface LinkDifficulties {
  /** Share of packets that get lost, 0 to 1. TCP sends them again, later and later, and gives up in the end. */
  loss?: number;
  /** How long each packet is under way, in milliseconds, in each direction. */
  delayMs?: number;
  /** Bits per second, in each direction. */
  bitsPerSecond?: number;
}

export const centreManners = [
  'answers',
  'silent',
  'hold',
  'busy',
  'not-treated',
  /** It takes reports, but who signs its answers is not the centre. */
  'forged',
  'offline',
  'online',
] as const;

export type CentreManner = (typeof centreManners)[number];

export const devices = ['radio', 'modem', 'gnss', 'ups', 'reader', 'radar'] as const;

export type Device = (typeof devices)[number];

/** The devices that have a wire on which bytes can come. */
export const bytesDevices = ['radio'] as const satisfies readonly Device[];

export const centreNames = ['primary', 'reserve'] as const;

export type CentreName = (typeof centreNames)[number];
