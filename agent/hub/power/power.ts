import type { Concern, HubContext } from '#agent/hub/concern.ts';
import type { HubDevices, Supply } from '#agent/hub/devices.ts';
import { createDeviceHealth } from '#agent/hub/health/deviceHealth.ts';
import { createBattery } from './battery.ts';
import { createMains } from './mains.ts';

/** What the hub runs on (B6). Without a supply that tells, nothing is said of it. */
export function createPower(context: HubContext, { openSupply }: HubDevices): Concern {
  const { display, tell } = context;
  const health = createDeviceHealth(context, 'ups');
  const mains = createMains(context, interruptionChanged);
  const battery = createBattery(context);
  let supply: Supply | undefined;
  let isKnown = false;
  /** What it said last may be so no more. */
  let isSilent = false;
  let isSaving = false;

  /** On battery the hub saves power at once: an interruption that is a flicker costs nothing either (B6.2). */
  function interruptionChanged(): void {
    const is = mains.isInterrupted();
    if (is === isSaving) return;
    isSaving = is;
    display.light('battery', is);
    tell.savePower(is);
  }

  return {
    restore() {
      mains.restore();
      battery.restore();
    },
    start() {
      supply = openSupply?.({
        reading(reading) {
          isKnown = true;
          mains.reading(reading.mains);
          battery.reading(reading);
        },
        failing(reason) {
          isSilent = true;
          health.failing(reason);
        },
        well() {
          isSilent = false;
          health.well();
        },
      });
      if (supply === undefined) return;
      battery.start(supply.testBattery);
      // It may have begun before a restart.
      interruptionChanged();
    },
    reconfigured: battery.checkAge,
    clockSet: battery.checkAge,
    stop() {
      supply?.stop();
      mains.stop();
      battery.stop();
    },
    heartbeat() {
      if (!isKnown || isSilent) return {};
      const told = battery.heartbeat();
      return { power: mains.isInterrupted() ? 'battery' : 'mains', ...(told === undefined ? {} : { battery: told }) };
    },
  };
}
