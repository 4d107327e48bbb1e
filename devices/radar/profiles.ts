import type { Firmware } from '#protocol/ld2410/acknowledgements.ts';

/** What tells one make of radar from another: examples of such modules' answers. */
export interface RadarProfile extends Firmware {
  title: string;
}

export const radarProfiles = {
  ld2410b: { title: 'HLK-LD2410B', version: 'V1.07.22091516' },
  ld2410c: { title: 'HLK-LD2410C', version: 'V2.04.23022511' },
} as const satisfies Record<string, RadarProfile>;

export function isRadarProfileName(name: string): name is keyof typeof radarProfiles {
  return Object.hasOwn(radarProfiles, name);
}
