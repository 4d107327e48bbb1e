import type { Identity, Ratings } from '#protocol/megatec/ratings.ts';

/** What a supply says to a command that it does not know, or refuses. The protocol's own way is to say it back. */
export type Refusal = 'echo' | 'NAK' | 'silence';

/** What tells one make of supply from another. */
export interface UpsProfile {
  title: string;
  ratings: Required<Ratings>;
  /** The answer to I; models without one refuse it. */
  identity?: Identity;
  refusal: Refusal;
  /** What the load is a per cent of. */
  fullLoadWatts: number;
  /** Of the whole battery, new. */
  batteryWattHours: number;
  /** Whether Q1 tells the voltage of one cell: on-line supplies do. */
  tellsCell: boolean;
  standby: boolean;
  /** Missing in models that do not measure it. */
  temperatureCelsius?: number;
}

/**
 * Put together from what their owners read of them:
 * https://github.com/networkupstools/nut/issues/3241 (Tecnoware), /107 (Mustek), /148 (Mecer).
 */
export const upsProfiles = {
  'era-plus-1000': {
    title: 'Tecnoware UPS ERA PLUS 1000, line-interactive, one battery',
    ratings: { volts: 230, amperes: 2, batteryVolts: 12, frequencyHz: 50 },
    refusal: 'echo',
    fullLoadWatts: 500,
    batteryWattHours: 84,
    tellsCell: false,
    standby: true,
  },
  'powermust-1000': {
    title: 'Mustek PowerMust 1000, line-interactive, two batteries',
    ratings: { volts: 220, amperes: 4, batteryVolts: 24, frequencyHz: 50 },
    refusal: 'silence',
    fullLoadWatts: 600,
    batteryWattHours: 168,
    tellsCell: false,
    standby: true,
    temperatureCelsius: 25,
  },
  'me-1000-wtu': {
    title: 'Mecer ME-1000-WTU, on-line, three batteries, with an identity',
    ratings: { volts: 230, amperes: 4, batteryVolts: 36, frequencyHz: 50 },
    identity: { company: '', model: 'HV 1K', version: '00443.08' },
    refusal: 'NAK',
    fullLoadWatts: 700,
    batteryWattHours: 252,
    tellsCell: true,
    standby: false,
    temperatureCelsius: 25.4,
  },
} as const satisfies Record<string, UpsProfile>;

export type UpsProfileName = keyof typeof upsProfiles;

export function isUpsProfileName(name: string): name is UpsProfileName {
  return Object.hasOwn(upsProfiles, name);
}
