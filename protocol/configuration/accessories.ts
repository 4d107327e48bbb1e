import { hourMs } from '#protocol/core/time.ts';

/** The profiles by which a button can tell that it was pressed; the first is the default. */
const buttonProfiles = ['F6-02-01', 'F6-01-01'] as const;

/**
 * The kinds of accessories (B8), with the EnOcean profiles that fit each; the first is the default. A pendant with a smoke
 * detector's profile would be silent for ever, so a profile that does not fit is an error. Kinds without a profile are no
 * radio devices: they are reached by other ways, or send nothing, and have no radio id.
 */
export const accessoryProfiles = {
  pendant: buttonProfiles,
  'extra-pendant': buttonProfiles,
  'light-press': buttonProfiles,
  fall: buttonProfiles,
  smoke: ['F6-05-02'],
  epilepsy: buttonProfiles,
  'voice-trigger': buttonProfiles,
  mat: ['F6-02-01'],
  door: ['D5-00-01'],
  bed: ['F6-02-01'],
  motion: ['A5-07-01', 'A5-07-02', 'A5-07-03'],
  radar: [],
  gps: [],
  camera: [],
  strap: [],
} as const satisfies Record<string, readonly string[]>;

export type AccessoryKind = keyof typeof accessoryProfiles;

export const accessoryKinds = [
  'pendant',
  'extra-pendant',
  'light-press',
  'fall',
  'smoke',
  'epilepsy',
  'voice-trigger',
  'mat',
  'door',
  'bed',
  'motion',
  'radar',
  'gps',
  'camera',
  'strap',
] as const satisfies readonly AccessoryKind[];

export function isAccessoryKind(kind: unknown): kind is AccessoryKind {
  return accessoryKinds.some((known) => known === kind);
}

/** Whether the kind is a radio device: it has an id and a profile, and the receiver hears it. */
export function isRadioKind(kind: AccessoryKind): boolean {
  return accessoryProfiles[kind].length > 0;
}

/** The profile of a radio device of this kind when none is given; empty for what is none. */
export function usualProfile(kind: AccessoryKind): string {
  return accessoryProfiles[kind][0] ?? '';
}

/** How a kind can be guarded: the keys that mean something to it beside those of all (B8). */
export const guardKeys: Readonly<Partial<Record<AccessoryKind, readonly string[]>>> = {
  mat: ['hours'],
  door: ['hours', 'openTooLong'],
  bed: ['hours', 'outOfBed'],
  motion: ['hours', 'inactivity'],
  radar: ['hours', 'inactivity'],
  gps: ['area'],
  camera: ['visits'],
};

/**
 * Devices with these profiles say how they are from time to time without anything having happened, at least this often
 * (B8.2). Real ones do so every 15 to 60 minutes.
 */
export const periodicProfiles: Readonly<Record<string, number>> = {
  'D5-00-01': hourMs,
  'F6-05-02': hourMs,
  'A5-07-01': hourMs,
  'A5-07-02': hourMs,
  'A5-07-03': hourMs,
};
