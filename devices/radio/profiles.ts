import type { Version } from '#protocol/esp3/responses.ts';

/** What tells one make of radio receiver from another. */
export interface RadioProfile {
  title: string;
  version: Version;
  baseId: string;
  /** How often the base id may still be changed; firmware without it leaves the optional field of the answer out. */
  remainingWrites?: number;
  /** Whether it says CO_READY when it has started. */
  saysReady: boolean;
}

/**
 * The TCM 310 of the stick and of the bare module names CO_READY in its manual (3.6) for the wake from deep sleep only,
 * so that after a reset it is simply there again; the TCM 515 says it at every start. The figures of the versions are
 * examples of such modules' answers, the ids are made up.
 */
export const radioProfiles = {
  usb300: {
    title: 'USB 300',
    version: {
      appVersion: '2.11.1.0',
      apiVersion: '2.6.3.0',
      chipId: '019e3a5c',
      chipVersion: '454f0103',
      appDescription: 'GATEWAYCTRL',
    },
    baseId: 'ffa1c280',
    remainingWrites: 10,
    saysReady: false,
  },
  tcm310: {
    title: 'TCM 310',
    version: {
      appVersion: '2.5.0.0',
      apiVersion: '2.5.0.0',
      chipId: '0181f07e',
      chipVersion: '454f0103',
      appDescription: 'GATEWAYCTRL',
    },
    baseId: 'ff9d5f00',
    saysReady: false,
  },
  tcm515: {
    title: 'TCM 515',
    version: {
      appVersion: '1.3.0.0',
      apiVersion: '1.3.0.0',
      chipId: '051a42d6',
      chipVersion: '454f0104',
      appDescription: 'GATEWAYCTRL',
    },
    baseId: 'ffc87700',
    remainingWrites: 10,
    saysReady: true,
  },
} as const satisfies Record<string, RadioProfile>;

export type RadioProfileName = keyof typeof radioProfiles;

export function isRadioProfileName(name: string): name is RadioProfileName {
  return Object.hasOwn(radioProfiles, name);
}
