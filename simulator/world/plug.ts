import type { HealthListener } from '#agent/hub/devices.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';
import type { Recorder } from './recorder.ts';
import type { Action, Device } from './world.ts';

export interface PlugOptions {
  device: Device;
  clock: Clock;
  recorder: Recorder;
  /** A driver takes the device for gone when it was silent for so long. */
  silenceMs: number;
  /** It went on, or off: pulled out, put back, without power, with power. */
  onChange?(on: boolean): void;
  /** Its driver is about to tell that it fails. */
  onFailing?(): void;
}

/** The socket of a device: what a hand does to it, and what the driver behind it makes of that. */
export interface Plug {
  /** In its socket, and fed. */
  isOn(): boolean;
  perform(action: Action): Result<void, string> | undefined;
  onPower(on: boolean): void;
  /** A run of the hub opened the device; it is told whether the device works. Returns how it is closed. */
  open(listener: HealthListener): () => void;
}

/** From its start to the first that is heard of a device. */
const firstHeardMs = secondMs;

export function createPlug(options: PlugOptions): Plug {
  const { device, clock, recorder, silenceMs, onChange = () => {}, onFailing = () => {} } = options;
  let plugged = true;
  let powered = true;
  let listener: HealthListener | undefined;
  let cancel: Cancel = () => {};
  const isOn = (): boolean => plugged && powered;

  /** The driver finds out how it is, after its time. */
  function watch(): void {
    cancel();
    const found = isOn() ? firstHeardMs : silenceMs;
    cancel = clock.at(clock.monotonicMs() + found, () => {
      if (isOn()) {
        listener?.well();
        return;
      }
      onFailing();
      listener?.failing(`${device}: nothing was heard for ${silenceMs} ms`);
    });
  }

  return {
    isOn,
    perform(action) {
      if ((action.word !== 'unplug' && action.word !== 'plug') || action.device !== device) return undefined;
      if (plugged === (action.word === 'plug')) {
        return failure(`${action.word}: ${device} is ${plugged ? 'plugged in' : 'pulled out'} already`);
      }
      plugged = !plugged;
      recorder.note({ kind: 'device', device, is: plugged ? 'plugged' : 'unplugged' });
      onChange(isOn());
      if (listener !== undefined) watch();
      return success(undefined);
    },
    onPower(on) {
      powered = on;
      // The hub that watched it is as dead.
      listener = undefined;
      cancel();
      onChange(isOn());
    },
    open(opened) {
      listener = opened;
      watch();
      return () => {
        if (listener === opened) listener = undefined;
      };
    },
  };
}
