import type { Saver } from '#agent/hub/devices.ts';
import type { Connector, DeviceEnd } from '#devices/line/wire.ts';
import type { Result } from '#protocol/core/result.ts';
import { createPlug, type Plug, type PlugOptions } from './plug.ts';

/** The devices that are on wires of their own in real time, beside the radio. */
export const wiredDevices = ['ups', 'reader', 'gnss', 'radar'] as const;

export type WiredDevice = (typeof wiredDevices)[number];

/** The end of a fake; the other one is opened by a driver of the hub's. */
export interface Wire {
  line: DeviceEnd;
  connector: Connector;
}

/** A device without one is played by events: in virtual time all are, which is a hundred times faster. */
export type Wires = Readonly<Partial<Record<WiredDevice, Wire>>>;

/** A fake that does what a line of words says. */
export interface Fake {
  obey(line: string): Result<unknown, string>;
}

/** Throws when the fake does not know the words: a mistake of the program. */
export function say(fake: Fake, words: string): void {
  const done = fake.obey(words);
  if (!done.ok) throw new Error(`a fake device refused "${words}": ${done.problem}`);
}

/** The socket of a fake: pulled out, or without the hub's power, its port is gone. Its driver finds out by itself. */
export function createWirePlug({
  fake,
  onChange = () => {},
  ...options
}: Omit<PlugOptions, 'silenceMs'> & { fake: Fake }): Plug {
  return createPlug({
    ...options,
    silenceMs: 0,
    onChange(on) {
      say(fake, on ? 'plug' : 'unplug');
      onChange(on);
    },
  });
}

/** The same device, and `rest` is told whether the hub lets it rest: a hub that begins does not. */
export function openResting<Listener>(
  open: (listener: Listener) => Saver,
  rest: (on: boolean) => void,
): (listener: Listener) => Saver {
  return (listener) => {
    rest(false);
    const opened = open(listener);
    return {
      ...opened,
      savePower(on) {
        rest(on);
        opened.savePower(on);
      },
    };
  };
}
