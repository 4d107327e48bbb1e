import { type Cancel, type Clock, hourMs } from '#protocol/core/time.ts';
import type { Command } from '#protocol/megatec/commands.ts';
import type { Status } from '#protocol/megatec/status.ts';
import { createBattery } from './battery.ts';
import { cellVolts } from './cellVoltage.ts';
import { createOutput } from './output.ts';
import type { UpsProfile } from './profiles.ts';
import { createSelfTest, testPassesFromPercent } from './selfTest.ts';

/** Cells of lead: two volts each. */
const voltsPerCell = 2;
/** Under load a cell with less counts as low: 11.2 V of a battery of twelve. */
const lowCellVolts = 1.87;
/** What the supply itself draws from its battery. */
const ownMilliwatts = 4_000;
const chargeMs = 10 * hourMs;
/** A battery on the shelf of a warm cupboard lasts for five years. */
const ageingPercentPerYear = 6;
export const loadLimitPercent = 150;

export interface MachineOptions {
  clock: Clock;
  profile: UpsProfile;
  /** It has lost all power, or has some again. */
  onPower(on: boolean): void;
  /** Something that people want to know. */
  onEvent(text: string): void;
}

/** A supply without its wire: mains in, battery, sockets out. */
export interface Machine {
  hasPower(): boolean;
  /** What Q1 tells. */
  status(): Status;
  /** Does what it is told to; false: it cannot. Questions are none of its business. */
  command(command: Command): boolean;
  setMains(on: boolean): void;
  setCharge(percent: number): void;
  setHealth(percent: number): void;
  setLoad(percent: number): void;
  setBattery(present: boolean): void;
  /** Whether its tests fail, whatever the battery. */
  setTestFails(fails: boolean): void;
  /** Its processor starts anew: what it was told to do is forgotten. */
  restart(): void;
  /** 0 to 100, as it really is. */
  chargePercent(): number;
  healthPercent(): number;
}

export function createMachine({ clock, profile, onPower, onEvent }: MachineOptions): Machine {
  const { ratings, fullLoadWatts, batteryWattHours, tellsCell, standby, temperatureCelsius } = profile;
  const newMilliwattHours = batteryWattHours * 1_000;
  const battery = createBattery({ clock, newMilliwattHours, chargeMs, ageingPercentPerYear });
  const test = createSelfTest({ clock, onChange: changed, onOutcome: judge });
  let mains = true;
  let present = true;
  let loadPercent = 2;
  let testFails = false;
  let failed = false;
  let beeper = true;
  let powered = true;
  /** The mains were gone since the last question: its answer tells (Megatec C.1 c). */
  let glitch = false;
  let wasLow = false;
  let cancelChange: Cancel = () => {};
  const output = createOutput({ clock, hasMains: () => mains, onChange: changed });

  changed();

  function isDischarging(): boolean {
    return powered && present && (!mains || test.isOn());
  }

  function cell(): number {
    if (!present) return 0;
    const flow = isDischarging() ? { loadPercent: output.isOn() ? loadPercent : 0 } : 'charging';
    return cellVolts({ chargePercent: battery.exactPercent(), healthPercent: battery.healthPercent(), flow });
  }

  function isLow(): boolean {
    return isDischarging() && cell() < lowCellVolts;
  }

  /** From now on it flows otherwise, and there is power or not. */
  function changed(): void {
    if (!present || !powered) battery.setFlow('none');
    else if (!isDischarging()) battery.setFlow('charging');
    else battery.setFlow({ drawnMilliwatts: drawnMilliwatts() });
    cancelChange();
    const nextMs = battery.nextChangeMs();
    if (nextMs !== undefined) cancelChange = clock.at(nextMs, changed);
    const low = powered ? isLow() : wasLow;
    if (low !== wasLow) {
      wasLow = low;
      onEvent(low ? 'the battery is low' : 'the battery is low no more');
      if (low) {
        test.low();
        output.low();
      }
    }
    decidePower();
  }

  function drawnMilliwatts(): number {
    return ownMilliwatts + (output.isOn() ? fullLoadWatts * 10 * loadPercent : 0);
  }

  /** Without mains and battery it goes off; only the mains bring it back, as new. */
  function decidePower(): void {
    const has = mains || (powered && present && !battery.isEmpty());
    if (has === powered) return;
    powered = has;
    onEvent(powered ? 'the supply is on' : 'the supply is off: no mains and no battery');
    if (powered) output.reset();
    else test.end();
    changed();
    onPower(powered);
  }

  function judge(gaveOut: boolean): void {
    failed = gaveOut || testFails || battery.healthPercent() < testPassesFromPercent;
    onEvent(`the battery has ${failed ? 'failed' : 'passed'} its test`);
  }

  return {
    hasPower: () => powered,
    status() {
      const inputVolts = mains ? ratings.volts : 0;
      const faultVolts = glitch ? 0 : inputVolts;
      glitch = !mains;
      const volts = tellsCell ? cell() : (cell() * ratings.batteryVolts) / voltsPerCell;
      return {
        inputVolts,
        faultVolts,
        outputVolts: output.isOn() ? ratings.volts : 0,
        loadPercent: output.isOn() ? loadPercent : 0,
        frequencyHz: mains ? ratings.frequencyHz : 0,
        battery: { volts, of: tellsCell ? 'cell' : 'battery' },
        ...(temperatureCelsius === undefined ? {} : { temperatureCelsius }),
        mainsGone: !mains,
        batteryLow: isLow(),
        bypass: false,
        failed,
        standby,
        testing: test.isOn(),
        shutdown: output.isShutDown(),
        beeper,
      };
    },
    command(command) {
      switch (command.command) {
        case 'test':
        case 'test-for':
        case 'test-until-low':
          return mains && present && !wasLow && test.begin(command);
        case 'end-test':
          test.end();
          return true;
        case 'shut-down':
          output.shutDown(command);
          return true;
        case 'no-shutdown':
          output.cancelShutdown();
          return true;
        case 'beeper':
          beeper = !beeper;
          return true;
        default:
          return false;
      }
    },
    setMains(on) {
      mains = on;
      if (!on) {
        glitch = true;
        test.end();
      }
      output.mainsChanged();
      changed();
    },
    setCharge(percent) {
      battery.setCharge(percent);
      changed();
    },
    setHealth(percent) {
      battery.setHealth(percent);
      // It is another battery, as far as its test goes.
      failed = false;
      changed();
    },
    setLoad(percent) {
      loadPercent = percent;
      changed();
    },
    setBattery(there) {
      present = there;
      failed = false;
      if (!there) test.end();
      changed();
    },
    setTestFails(fails) {
      testFails = fails;
    },
    restart() {
      test.end();
      output.reset();
    },
    chargePercent: () => battery.chargePercent(),
    healthPercent: () => battery.healthPercent(),
  };
}
