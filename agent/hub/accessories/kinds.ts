import type { AccessoryKind } from '#protocol/configuration/accessories.ts';
import type { ProfileEvent } from '#protocol/esp3/profiles.ts';
import { type Code, deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';

/** What a kind of accessory means (B8, B16). A new kind is a line here and one in the configuration's table. */
export interface KindRules {
  deviceType: Code;
  /** It raises at once when it says this; inside its hours only, where it is a guard. */
  trigger?: Trigger;
  /** What must not last too long. */
  lasting?: Lasting;
  /** Movement inside its hours, or none for too long. */
  movement?: true;
  /** It says something that is no alarm. */
  tells?: { on: ProfileEvent['event']; status: Code };
  /** What silences its guards (B8.4); away silences no movement: then it is somebody else. */
  silencedBy: readonly Silence[];
}

export type Silence = 'away' | 'visit';

export interface Trigger {
  /** Names the button when the event raises: presses are told from radio repeats by it (B1.2). */
  by(event: ProfileEvent): string | undefined;
  status: Code;
  /** 9 is the highest. */
  priority: number;
  /** Inside its hours only. */
  guarded?: true;
  /**
   * It says nothing but that it raises: what cannot be read of it raises too, marked as unverified. To keep forgers out
   * must never keep a real press out.
   */
  unreadableToo?: true;
}

export interface Lasting {
  /** Whether it begins or ends by the event; undefined when the event says nothing of it. */
  isOn(event: ProfileEvent): boolean | undefined;
  /** The alarm at its begin, where that is one already. */
  begun?: Code;
  tooLong: Code;
  tooLongMs: 'openTooLongMs' | 'outOfBedMs';
  over: Code;
}

const byButton = (event: ProfileEvent): string | undefined => (event.event === 'pressed' ? event.button : undefined);
const bySmoke = (event: ProfileEvent): string | undefined => (event.event === 'smoke' ? 'smoke' : undefined);

const { alarmManual, alarmAutomatic, activated, open, openTooLong, closed, absent, lyingInBed } = statusCodes;

const pressed: Trigger = { by: byButton, status: alarmManual, priority: 8, unreadableToo: true };
const automatic: Trigger = { by: byButton, status: alarmAutomatic, priority: 8 };
const nothing = { silencedBy: [] } as const;

export const kindRules: Readonly<Record<AccessoryKind, KindRules>> = {
  pendant: { deviceType: deviceTypes.pendant, trigger: pressed, ...nothing },
  'extra-pendant': { deviceType: deviceTypes.pendant, trigger: pressed, ...nothing },
  'light-press': { deviceType: deviceTypes.fixedTrigger, trigger: pressed, ...nothing },
  fall: { deviceType: deviceTypes.fall, trigger: automatic, ...nothing },
  epilepsy: { deviceType: deviceTypes.epilepsy, trigger: automatic, ...nothing },
  'voice-trigger': { deviceType: deviceTypes.undefined, trigger: automatic, ...nothing },
  smoke: {
    deviceType: deviceTypes.smoke,
    trigger: { by: bySmoke, status: alarmAutomatic, priority: 9 },
    tells: { on: 'smoke-test', status: statusCodes.testPrimary },
    ...nothing,
  },
  mat: {
    deviceType: deviceTypes.mat,
    trigger: { by: byButton, status: activated, priority: 7, guarded: true },
    silencedBy: ['away', 'visit'],
  },
  door: {
    deviceType: deviceTypes.door,
    lasting: {
      isOn: (event) => (event.event === 'contact' ? event.open : undefined),
      begun: open,
      tooLong: openTooLong,
      tooLongMs: 'openTooLongMs',
      over: closed,
    },
    silencedBy: ['visit'],
  },
  bed: {
    deviceType: deviceTypes.bed,
    lasting: {
      isOn: ({ event }) => (event === 'released' ? true : event === 'pressed' ? false : undefined),
      tooLong: absent,
      tooLongMs: 'outOfBedMs',
      over: lyingInBed,
    },
    silencedBy: ['away', 'visit'],
  },
  motion: { deviceType: deviceTypes.activity, movement: true, silencedBy: ['visit'] },
  radar: { deviceType: deviceTypes.occupancy, movement: true, silencedBy: ['visit'] },
  gps: { deviceType: deviceTypes.trackingDevice, ...nothing },
  camera: { deviceType: deviceTypes.monitoringDevice, ...nothing },
  strap: { deviceType: deviceTypes.undefined, ...nothing },
};

/** Inactivity is silent also while the client is out. */
export const inactivitySilencedBy: readonly Silence[] = ['away', 'visit'];
