import type { RadioDevice, RadioEvent } from '#devices/radio/radioDevice.ts';
import { defaultTransmitters, type Transmitter } from '#devices/radio/transmitters.ts';
import { isRadioKind, periodicProfiles } from '#protocol/configuration/accessories.ts';
import type { AccessoryConfiguration, Configuration } from '#protocol/configuration/configuration.ts';
import type { Clock } from '#protocol/core/time.ts';
import { isProfileName } from '#protocol/esp3/profiles.ts';
import type { Recorder } from './recorder.ts';

/** The transmitters around the hub: its accessories, as far as they are radio devices. */
export function transmittersOf({ accessories }: Configuration): Transmitter[] {
  return accessories.filter(({ kind }) => isRadioKind(kind)).map(transmitterOf);
}

/** The transmitter that an enrolled accessory is: the usual one of its profile, under its name and id. */
function transmitterOf({ name, kind, id, profile }: AccessoryConfiguration): Transmitter {
  const [usual] = defaultTransmitters;
  if (usual === undefined || !isProfileName(profile)) {
    throw new Error(`${name} has no profile that a transmitter could have`);
  }
  return { ...usual, name, kind, id, profile };
}

/** Notes what the receiver tells, as far as a scenario looks for it. */
export function noteRadio(recorder: Recorder, event: RadioEvent): void {
  if (event.event === 'telegram' || event.event === 'missed') {
    const { from, what, copy } = event;
    recorder.note({ kind: 'telegram', from, what, copy, heard: event.event === 'telegram' });
  } else if (event.event === 'plugged' || event.event === 'unplugged' || event.event === 'restarted') {
    recorder.note({ kind: 'device', device: 'radio', is: event.event });
  }
}

/** Devices that say how they are from time to time do so, each at its own moment (B8.2). */
export function startPeriodicTelegrams(clock: Clock, radio: RadioDevice, configuration: Configuration): void {
  const periodic = transmittersOf(configuration).flatMap(({ name, profile }) => {
    const everyMs = periodicProfiles[profile];
    return everyMs === undefined ? [] : [{ name, everyMs }];
  });
  periodic.forEach(({ name, everyMs }, index) => {
    const sayIn = (inMs: number): void => {
      clock.at(clock.monotonicMs() + inMs, () => {
        radio.perform({ word: 'alive', name });
        sayIn(everyMs);
      });
    };
    sayIn((everyMs * (index + 1)) / (periodic.length + 1));
  });
}
