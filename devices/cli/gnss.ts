import { readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import type { Place } from '#protocol/core/distance.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { createGnssDevice, type GnssEvent } from '#devices/gnss/gnssDevice.ts';
import { gnssProfiles, isGnssProfileName } from '#devices/gnss/profiles.ts';
import { readGpx, trackLengthLimit } from '#devices/gnss/track.ts';
import type { FakeDevice } from './driven.ts';
import type { FakeKind, FakeParts } from './fakeCommand.ts';

interface GnssOptions {
  track?: string;
}

export const gnssKind: FakeKind<GnssOptions> = {
  name: 'gnss',
  noun: 'receiver',
  description: 'a receiver of satellite positions (NMEA 0183) that stands still or drives; takes words while it runs',
  tryThese: 'at 55.6050 13.0038, fix lost',
  profiles: ['ublox8', ...Object.keys(gnssProfiles).filter((name) => name !== 'ublox8')],
  extend(command: Command) {
    command.option('--track <file>', 'a GPX file along which it drives from the beginning');
  },
  create,
};

function create({ profile, output, ...parts }: FakeParts, options: GnssOptions): Result<FakeDevice, string> {
  const track = options.track === undefined ? undefined : readTrack(options.track);
  if (track?.ok === false) return track;
  return success(
    createGnssDevice({
      ...parts,
      ...(isGnssProfileName(profile) ? { profile: gnssProfiles[profile] } : {}),
      ...(track === undefined ? {} : { track: track.value }),
      readTrack,
      onEvent(event) {
        const { event: name, ...fields } = event;
        output.tell(name, textOf(event), fields);
      },
    }),
  );
}

function readTrack(path: string): Result<Place[], string> {
  let text: string;
  try {
    if (statSync(path).size > trackLengthLimit) return failure(`${path} has more than ${trackLengthLimit} bytes`);
    text = readFileSync(path, 'utf8');
  } catch (problem) {
    return failure(`cannot read a track from ${path}: ${problem instanceof Error ? problem.message : String(problem)}`);
  }
  const read = readGpx(text);
  return read.ok ? read : failure(`${path}: ${read.problem}`);
}

function textOf(event: GnssEvent): string {
  if (event.event === 'fix') return `the fix is ${event.fix}`;
  return event.event === 'arrived' ? 'the end of the track is reached' : 'the receiver has started';
}
