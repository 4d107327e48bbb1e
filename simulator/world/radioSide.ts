import type { RadioEvent } from '#devices/radio/radioDevice.ts';
import { defaultTransmitters, type Transmitter } from '#devices/radio/transmitters.ts';
import type { AccessoryConfiguration } from '#protocol/configuration/configuration.ts';
import type { Recorder } from './recorder.ts';

/** The transmitter that an enrolled accessory is: the usual one of its profile, under its name and id. */
export function transmitterOf({ name, kind, id, profile }: AccessoryConfiguration): Transmitter {
  const usual = defaultTransmitters.find((transmitter) => transmitter.profile === profile) ?? defaultTransmitters[0];
  if (usual === undefined) {
    throw new Error('there are no transmitters');
  }
  return { ...usual, name, kind, id };
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
