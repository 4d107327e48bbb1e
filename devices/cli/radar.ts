import { success } from '#protocol/core/result.ts';
import { isRadarProfileName, radarProfiles } from '#devices/radar/profiles.ts';
import { createRadarDevice, type RadarEvent } from '#devices/radar/radarDevice.ts';
import type { FakeKind } from './fakeCommand.ts';
import { hex } from './output.ts';

export const radarKind: FakeKind<object> = {
  name: 'radar',
  noun: 'radar',
  description: 'a presence radar (LD2410) and the room before it; takes words while it runs',
  tryThese: 'presence moving, distance 200, presence none',
  profiles: ['ld2410b', ...Object.keys(radarProfiles).filter((name) => name !== 'ld2410b')],
  streams: true,
  create: ({ output, profile, ...parts }) =>
    success(
      createRadarDevice({
        ...parts,
        ...(isRadarProfileName(profile) ? { profile: radarProfiles[profile] } : {}),
        onEvent: (event) => output.tell(event.event, textOf(event), { ...event }),
      }),
    ),
};

function textOf(event: RadarEvent): string {
  if (event.event === 'command') return `the hub asks: ${event.asked}`;
  if (event.event === 'discarded') return `discarded (${event.reason}): ${hex(event.bytes)}`;
  return 'the radar is restarted';
}
