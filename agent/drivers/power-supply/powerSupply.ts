import type { BatteryReading, Supply, SupplyListener, SupplyReading } from '#agent/hub/devices.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Result } from '#protocol/core/result.ts';
import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';
import { type Battery, readSupplies, type Supplies } from './supplies.ts';
import type { ReadSupplies, SupplyFolder } from './supplyFiles.ts';

/** B6.1. */
export const lookEveryMs = 5 * secondMs;
/** So many looks in a row that tell nothing, and the supply is failing; that tell of no battery, and there is none. */
export const looksInARow = 3;
/** A battery that holds less of what it held when new fails its test. */
const testPassesFromPercent = 70;

export interface PowerSupplyParts {
  /** /sys/class/power_supply, or one that looks the same. */
  folder: string;
  readSupplies: ReadSupplies;
  clock: Clock;
  log: Log;
  listener: SupplyListener;
}

interface PowerSupplyCounters {
  looks: number;
  /** Looks that told nothing. */
  failures: number;
  unreadableFiles: number;
}

export interface PowerSupply extends Supply {
  counters(): PowerSupplyCounters;
}

/**
 * The driver of what the kernel knows of the machine's supplies: a battery board with a driver of its own. The kernel
 * tests no battery; its gauge measures all the time, so that the monthly test (B6.5) asks what it has measured.
 */
export function startPowerSupply({ folder, readSupplies: read, clock, log, listener }: PowerSupplyParts): PowerSupply {
  const counters: PowerSupplyCounters = { looks: 0, failures: 0, unreadableFiles: 0 };
  let cancelLook: Cancel = () => {};
  let isStopped = false;
  let lookNumber = 0;
  let answeredLook = 0;
  let failuresInARow = 0;
  let absentInARow = 0;
  let isWell: boolean | undefined;
  let isTestWanted = false;
  let test: BatteryReading['test'];
  let told = '';

  function look(): void {
    cancelLook = clock.at(clock.monotonicMs() + lookEveryMs, look);
    // A gauge that hangs is not asked again and again: its files would be waited for by ever more readers.
    if (answeredLook < lookNumber) {
      fail(`${folder} is still being read`);
      return;
    }
    lookNumber += 1;
    counters.looks += 1;
    read(folder, (outcome) => {
      if (isStopped) return;
      answeredLook += 1;
      take(outcome);
    });
  }

  function take(outcome: Result<readonly SupplyFolder[], string>): void {
    if (!outcome.ok) {
      fail(outcome.problem);
      return;
    }
    for (const { unreadable } of outcome.value) counters.unreadableFiles += unreadable;
    const supplies = readSupplies(outcome.value);
    if (supplies.ok) tell(supplies.value);
    else fail(`${folder}: ${supplies.problem}`);
  }

  function fail(reason: string): void {
    counters.failures += 1;
    failuresInARow += 1;
    if (failuresInARow < looksInARow || isWell === false) return;
    isWell = false;
    log.warn({ device: 'ups', reason }, 'device failing');
    listener.failing(reason);
  }

  function tell({ mains, battery }: Supplies): void {
    failuresInARow = 0;
    if (isWell !== true) {
      isWell = true;
      log.info({ device: 'ups' }, 'device ready');
      listener.well();
    }
    absentInARow = battery === 'absent' ? absentInARow + 1 : 0;
    // A driver that is loaded late has no battery at first.
    if (absentInARow > 0 && absentInARow < looksInARow) return;
    const reading: SupplyReading = { mains, battery: battery === 'absent' ? battery : withTest(battery) };
    if (battery === 'absent') test = undefined;
    const now = JSON.stringify(reading);
    if (now === told) return;
    told = now;
    listener.reading(reading);
  }

  function withTest({ chargePercent, healthPercent, condition }: Battery): BatteryReading {
    const isTested = isTestWanted || condition === 'dead';
    isTestWanted = false;
    if (isTested) test = judge(healthPercent, condition) ?? test;
    return {
      chargePercent,
      ...(healthPercent === undefined ? {} : { healthPercent }),
      ...(test === undefined ? {} : { test }),
    };
  }

  cancelLook = clock.at(clock.monotonicMs(), look);

  return {
    testBattery() {
      isTestWanted = true;
    },
    stop() {
      isStopped = true;
      cancelLook();
    },
    counters: () => ({ ...counters }),
  };
}

/** Undefined where the kernel knows nothing of it. */
function judge(healthPercent: number | undefined, condition: Battery['condition']): BatteryReading['test'] {
  if (condition === 'dead') return 'failed';
  if (healthPercent !== undefined) return healthPercent >= testPassesFromPercent ? 'passed' : 'failed';
  return condition === 'good' ? 'passed' : undefined;
}
