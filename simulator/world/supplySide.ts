import type { BatteryReading, Supply, SupplyListener, SupplyReading } from '#agent/hub/devices.ts';
import { type Result, success } from '#protocol/core/result.ts';
import { type Cancel, hourMs, secondMs } from '#protocol/core/time.ts';
import { createBattery } from '#devices/ups/battery.ts';
import { createPlug } from './plug.ts';
import type { Side, SideOptions } from './side.ts';
import type { Action } from './world.ts';

/**
 * A new battery carries a hub that saves power for 72 hours and some, one that does not for two days (B6.4). The parts'
 * draws are in the sides.
 */
const newMilliwattHours = 80_000;
const chargeMs = 10 * hourMs;
/** The computer, the modem and the receiver: what never rests. */
const hubMilliwatts = 1_000;
/** A driver looks so often (B6.1). */
const lookEveryMs = 5 * secondMs;
/** Three looks without an answer. */
const silenceMs = 3 * lookEveryMs;
/** A battery that holds less of what it held when new fails its test. */
const testPassesFrom = 70;
const testTakesMs = 10 * secondMs;
/** How long a power cut lasts when nobody says. */
const powerCutMs = 30 * secondMs;

/**
 * The mains, the battery and what carries the one over to the other. It alone decides whether the hub has power: while
 * neither is there, nothing runs, and the hub starts by itself when one is back.
 */
export function createSupplySide({ clock, recorder, loads, power }: SideOptions): Side {
  const battery = createBattery({ clock, newMilliwattHours, chargeMs });
  const plug = createPlug({ device: 'ups', clock, recorder, silenceMs, onChange: () => lookSoon() });
  let mains = true;
  let absent = false;
  /** Mains and battery are both gone for a while, whatever they are else. */
  let isCut = false;
  let cancelCut: Cancel = () => {};
  let fed = true;
  let test: BatteryReading['test'];
  let listener: SupplyListener | undefined;
  let openedMs = 0;
  let told = '';
  let cancelChange: Cancel = () => {};
  let cancelLook: Cancel | undefined;
  let noted = '';

  const hasMains = (): boolean => mains && !isCut;
  const charge = (): number => (absent ? 0 : battery.chargePercent());

  loads.set('hub', hubMilliwatts);
  loads.onChange(flow);
  flow();
  note();

  /** Something changed: from now on it flows otherwise, and the hub has power or not. */
  function changed(): void {
    flow();
    note();
    const isFed = hasMains() || (!isCut && !absent && !battery.isEmpty());
    if (isFed !== fed) {
      fed = isFed;
      flow();
      power(fed);
    }
    lookSoon();
  }

  function flow(): void {
    if (absent || isCut || (!mains && !fed)) battery.setFlow('none');
    else battery.setFlow(mains ? 'charging' : { drawnMilliwatts: loads.totalMilliwatts() });
    cancelChange();
    const nextMs = battery.nextChangeMs();
    cancelChange = nextMs === undefined ? () => {} : clock.at(nextMs, changed);
  }

  function note(): void {
    const event = { kind: 'power', mains: hasMains(), chargePercent: charge() } as const;
    if (JSON.stringify(event) === noted) return;
    noted = JSON.stringify(event);
    recorder.note(event);
  }

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
    const inside = { chargePercent: charge(), healthPercent: battery.healthPercent() };
    return { mains: hasMains(), battery: absent ? 'absent' : { ...inside, ...(test === undefined ? {} : { test }) } };
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
    clock.at(clock.monotonicMs() + testTakesMs, () => {
      if (absent || !hasMains()) return;
      test = battery.healthPercent() >= testPassesFrom ? 'passed' : 'failed';
      lookSoon();
    });
  }

  function cut(offMs: number): void {
    isCut = true;
    cancelCut();
    cancelCut = clock.at(clock.monotonicMs() + offMs, () => {
      isCut = false;
      changed();
    });
    changed();
  }

  function changeBattery(action: Extract<Action, { word: 'battery' }>): void {
    if (action.chargePercent !== undefined) battery.setCharge(action.chargePercent);
    if (action.healthPercent !== undefined) {
      battery.setHealth(action.healthPercent);
      // It is another battery, as far as its test goes.
      test = undefined;
    }
    absent = action.absent ?? absent;
    changed();
  }

  function perform(action: Action): Result<void, string> | undefined {
    if (action.word === 'mains') {
      mains = action.is === 'on';
      changed();
    } else if (action.word === 'battery') {
      changeBattery(action);
    } else if (action.word === 'hub' && action.does === 'power-cut') {
      cut(action.offMs ?? powerCutMs);
    } else {
      return plug.perform(action);
    }
    return success(undefined);
  }

  return {
    perform,
    devices: () => ({ openSupply: open }),
    onPower(on) {
      plug.onPower(on);
      listener = undefined;
      cancelLook?.();
      cancelLook = undefined;
    },
    state: () => ({ power: hasMains() ? 'mains' : 'battery', charge: charge() }),
  };
}
