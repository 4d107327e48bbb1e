import type { BatteryReading, Supply, SupplyListener, SupplyReading } from '#agent/hub/devices.ts';
import { testMs, testPassesFromPercent } from '#devices/ups/selfTest.ts';
import { type Cancel, secondMs } from '#protocol/core/time.ts';
import { createPlug } from './plug.ts';
import type { SideOptions } from './side.ts';
import type { SupplyState, SupplyView } from './supplyView.ts';

/** A driver looks so often (B6.1). */
const lookEveryMs = 5 * secondMs;
/** Three looks without an answer. */
const silenceMs = 3 * lookEveryMs;

/** The supply as the hub sees it, played by events. */
export function playSupply({ clock, recorder }: SideOptions, supply: () => SupplyState): SupplyView {
  const plug = createPlug({ device: 'ups', clock, recorder, silenceMs, onChange: () => lookSoon() });
  let test: BatteryReading['test'];
  let listener: SupplyListener | undefined;
  let openedMs = 0;
  let told = '';
  let cancelLook: Cancel | undefined;

  /** The driver's next look; between changes it would see the same and tell nothing, so it does not look. */
  function lookSoon(): void {
    if (listener === undefined || cancelLook !== undefined) return;
    const looks = Math.floor((clock.monotonicMs() - openedMs) / lookEveryMs) + 1;
    cancelLook = clock.at(openedMs + looks * lookEveryMs, look);
  }

  function look(): void {
    cancelLook = undefined;
    if (!plug.isOn()) return;
    const reading = readingNow();
    if (JSON.stringify(reading) === told) return;
    told = JSON.stringify(reading);
    listener?.reading(reading);
  }

  function readingNow(): SupplyReading {
    const { mains, absent, chargePercent, healthPercent } = supply();
    // It is another battery that is put in.
    if (absent) test = undefined;
    const inside = { chargePercent: Math.round(chargePercent), healthPercent };
    return { mains, battery: absent ? 'absent' : { ...inside, ...(test === undefined ? {} : { test }) } };
  }

  function open(opened: SupplyListener): Supply {
    const closePlug = plug.open(opened);
    listener = opened;
    openedMs = clock.monotonicMs();
    told = '';
    cancelLook?.();
    cancelLook = clock.at(openedMs, look);
    return {
      testBattery: testLater,
      stop() {
        closePlug();
        if (listener === opened) listener = undefined;
      },
    };
  }

  function testLater(): void {
    clock.at(clock.monotonicMs() + testMs, () => {
      const { mains, absent, healthPercent } = supply();
      if (absent || !mains) return;
      test = healthPercent >= testPassesFromPercent ? 'passed' : 'failed';
      lookSoon();
    });
  }

  return {
    plug,
    changed: lookSoon,
    devices: () => ({ openSupply: open }),
    onPower(on) {
      plug.onPower(on);
      listener = undefined;
      cancelLook?.();
      cancelLook = undefined;
    },
  };
}
