import type { AccessoryKind } from '#protocol/configuration/accessories.ts';
import type { ProfileEvent } from '#protocol/esp3/profiles.ts';
import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';

/** What a kind of accessory means (B8, B16). */
export interface AccessoryRule {
  deviceType: { code: number };
  status: { code: number };
  /** 9 is the highest. */
  priority: number;
  /** Names the button when the event raises the alarm: presses are told from radio repeats by it (B1.2). */
  trigger(event: ProfileEvent): string | undefined;
}

const byButton = (event: ProfileEvent): string | undefined => (event.event === 'pressed' ? event.button : undefined);
const bySmoke = (event: ProfileEvent): string | undefined => (event.event === 'smoke' ? 'smoke' : undefined);

const { alarmManual, alarmAutomatic } = statusCodes;

/** One line a kind: a new kind that raises at once is a line here and one in the configuration's schema. */
export const accessoryRules: Partial<Record<AccessoryKind, AccessoryRule>> = {
  pendant: { deviceType: deviceTypes.pendant, status: alarmManual, priority: 8, trigger: byButton },
  'extra-pendant': { deviceType: deviceTypes.pendant, status: alarmManual, priority: 8, trigger: byButton },
  'light-press': { deviceType: deviceTypes.fixedTrigger, status: alarmManual, priority: 8, trigger: byButton },
  epilepsy: { deviceType: deviceTypes.epilepsy, status: alarmAutomatic, priority: 8, trigger: byButton },
  'voice-trigger': { deviceType: deviceTypes.undefined, status: alarmAutomatic, priority: 8, trigger: byButton },
  smoke: { deviceType: deviceTypes.smoke, status: alarmAutomatic, priority: 9, trigger: bySmoke },
};
