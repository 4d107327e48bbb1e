import { type Result, success } from '#protocol/core/result.ts';
import { type Cancel, hourMs, secondMs } from '#protocol/core/time.ts';
import { createBattery } from '#devices/ups/battery.ts';
import type { SupplyState } from './supplyView.ts';
import type { Side, SideOptions } from './side.ts';
import { playSupply } from './supplyEvents.ts';
import { wireSupply } from './supplyOnWire.ts';
import type { Action } from './world.ts';

/**
 * A new battery carries a hub that saves power for 72 hours and some, one that does not for two days (B6.4). The parts'
 * draws are in the sides.
 */
const newMilliwattHours = 80_000;
const chargeMs = 10 * hourMs;
/** The computer, the modem and the receiver: what never rests. */
const hubMilliwatts = 1_000;
/** How long a power cut lasts when nobody says. */
const powerCutMs = 30 * secondMs;

/**
 * The mains, the battery and what carries the one over to the other. It alone decides whether the hub has power: while
 * neither is there, nothing runs, and the hub starts by itself when one is back.
 */
export function createSupplySide(options: SideOptions): Side {
  const { clock, recorder, loads, power, wires } = options;
  const battery = createBattery({ clock, newMilliwattHours, chargeMs });
  let mains = true;
  let absent = false;
  /** Mains and battery are both gone for a while, whatever they are else. */
  let isCut = false;
  let cancelCut: Cancel = () => {};
  let fed = true;
  let cancelChange: Cancel = () => {};
  let noted = '';

  const hasMains = (): boolean => mains && !isCut;
  const charge = (): number => (absent ? 0 : battery.chargePercent());
  const state = (): SupplyState => ({
    mains: hasMains(),
    absent,
    chargePercent: battery.exactPercent(),
    healthPercent: battery.healthPercent(),
  });
  const view = wires?.ups === undefined ? playSupply(options, state) : wireSupply(options, wires.ups, state);

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
    view.changed();
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
    if (action.healthPercent !== undefined) battery.setHealth(action.healthPercent);
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
      return view.plug.perform(action);
    }
    return success(undefined);
  }

  return {
    perform,
    ...(view.devices && { devices: view.devices }),
    onPower: view.onPower,
    state: () => ({ power: hasMains() ? 'mains' : 'battery', charge: charge() }),
  };
}
