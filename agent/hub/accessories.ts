import type { ProfileEvent } from '#protocol/esp3/profiles.ts';

/** An accessory as it is enrolled: which radio device it is, and what it is called. */
export interface Accessory {
  name: string;
  kind: AccessoryKind;
  /** Sender id on the radio, eight hex digits. */
  id: string;
  /** EnOcean equipment profile, for example F6-02-01. */
  profile: string;
  location?: string;
}

/** What a kind of accessory means (B8, B16): codes are SCAIP's, compared as numbers. */
interface AccessoryRule {
  deviceType: number;
  status: number;
  priority: number;
  /** Names the button when the event raises the alarm; presses of one button are told from radio repeats by it. */
  trigger(event: ProfileEvent): string | undefined;
}

const pressed = (event: ProfileEvent): string | undefined => (event.event === 'pressed' ? event.button : undefined);
const smoke = (event: ProfileEvent): string | undefined => (event.event === 'smoke' && event.alarm ? 'smoke' : undefined);

/** One line a kind: a new kind that raises at once is a line here and one in the configuration's schema. */
export const accessoryRules = {
  pendant: { deviceType: 3, status: 10, priority: 8, trigger: pressed },
  'extra-pendant': { deviceType: 3, status: 10, priority: 8, trigger: pressed },
  'light-press': { deviceType: 4, status: 10, priority: 8, trigger: pressed },
  epilepsy: { deviceType: 17, status: 9, priority: 8, trigger: pressed },
  'voice-trigger': { deviceType: 1, status: 9, priority: 8, trigger: pressed },
  smoke: { deviceType: 23, status: 9, priority: 9, trigger: smoke },
} as const satisfies Record<string, AccessoryRule>;

export type AccessoryKind = keyof typeof accessoryRules;
