/** The profiles by which a device can tell what its kind raises; the first is the default. */
const buttonProfiles = ['F6-02-01', 'F6-01-01'] as const;

/**
 * The kinds of accessories that raise at once (B8), with the EnOcean profiles that fit each. A pendant with a smoke
 * detector's profile would be silent for ever, so a profile that does not fit is an error.
 */
export const accessoryProfiles = {
  pendant: buttonProfiles,
  'extra-pendant': buttonProfiles,
  'light-press': buttonProfiles,
  smoke: ['F6-05-02'],
  epilepsy: buttonProfiles,
  'voice-trigger': buttonProfiles,
} as const satisfies Record<string, readonly [string, ...string[]]>;

export type AccessoryKind = keyof typeof accessoryProfiles;

export const accessoryKinds = [
  'pendant',
  'extra-pendant',
  'light-press',
  'smoke',
  'epilepsy',
  'voice-trigger',
] as const satisfies readonly AccessoryKind[];
