import { type Cancel, hourMs } from '#protocol/core/time.ts';
import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import { startChart } from '#agent/hub/actors.ts';
import type { HubContext } from '#agent/hub/concern.ts';
import type { BatteryReading, SupplyReading } from '#agent/hub/devices.ts';
import type { Kept } from '#agent/hub/ports.ts';
import {
  type BatteryDecision,
  type BatteryEvent,
  type BatteryFault,
  batteryChart,
  batteryFaults,
} from './battery.chart.ts';
import { createDrain, type Drain } from './drain.ts';

const key = 'power/battery';
const drainKey = 'power/drain';
const testDeadline = 'battery-test';

/** A test that falls due while the battery is needed, or down, waits for so long. */
const testAgainMs = hourMs;

/** On mains the battery has left low behind when it is so many per cent above. */
const fairAbovePercent = 5;

/** The drain is kept anew when it is so far from what is kept: a restart must not cost a write each per cent. */
const drainShare = 0.1;

/** The battery's lines in B16. */
const supply = { from: 'hub', dty: deviceTypes.powerSupply.code };

/** What outlives a restart: what the centre was told and not told to be over. */
interface Standing {
  level: 'low' | 'critical' | 'charged';
  faults: readonly BatteryFault[];
}

export interface Battery {
  restore(): void;
  /** The supply is there: from now on the battery is tested, by `test`, and its age is watched. */
  start(test: () => void): void;
  /** What the supply says, each time. */
  reading(reading: SupplyReading): void;
  /** Its age counts anew: the clock was set, or the configuration is another. */
  checkAge(): void;
  /** What a heartbeat tells of it (B4.2). */
  heartbeat(): { chargePercent: number; hoursLeft: number } | undefined;
  stop(): void;
}

/** How far the battery is down (B6.3), and whether it is fit for its work (B6.5). */
export function createBattery(context: HubContext): Battery {
  const { clock, configuration, deadlines, facts, log, reports } = context;
  const chart = startChart(batteryChart, log);
  let standing: Standing = { level: 'charged', faults: [] };
  let rising = false;
  let now: BatteryReading | undefined;
  let isDraining = false;
  let drain: Drain | undefined;
  let keptDrain: number | undefined;
  let test = (): void => {};
  let cancelAge: Cancel = () => {};

  deadlines.when(testDeadline, testDue);

  function send(event: BatteryEvent): void {
    chart.send(event).forEach(carryOut);
  }

  function carryOut(decision: BatteryDecision): void {
    switch (decision.type) {
      case 'low':
        stand({ level: 'low' });
        reports.report(
          { report: 'maintenance', ...supply, stc: statusCodes.batteryLow.code, pri: 3 },
          { keep: [keepStanding()] },
        );
        break;
      case 'critical':
        stand({ level: 'critical' });
        failing('critical');
        // What is left of the power is enough for this: nothing is then to be put right at the next start.
        reports.sync();
        break;
      case 'charged':
        stand({ level: 'charged' });
        reports.note('power', { battery: 'charged', chargePercent: now?.chargePercent }, [keepStanding()]);
        break;
      case 'fault':
        stand({ faults: [...standing.faults, decision.fault] });
        failing(decision.fault);
        break;
      case 'mended':
        stand({ faults: standing.faults.filter((fault) => fault !== decision.fault) });
        reports.note('power', { battery: decision.fault, over: true }, [keepStanding()]);
        break;
      case 'well':
        reports.report({ report: 'restore', ...supply, stc: statusCodes.batteryFull.code, pri: 1 });
        break;
    }
  }

  /** The report cannot say what it is, the journal does. */
  function failing(battery: BatteryFault | 'critical'): void {
    reports.report(
      { report: 'fault', ...supply, stc: statusCodes.batteryFailure.code, pri: 4 },
      { keep: [keepStanding()], note: ['power', { battery }] },
    );
  }

  function stand(change: Partial<Standing>): void {
    standing = { ...standing, ...change };
  }

  function keepStanding(): Kept {
    const isWell = standing.level === 'charged' && standing.faults.length === 0;
    return { key, value: isWell ? undefined : standing };
  }

  function setFault(fault: BatteryFault, is: boolean): void {
    if (standing.faults.includes(fault) !== is) send({ type: is ? 'fault' : 'mended', fault });
  }

  function reading({ battery, mains }: SupplyReading): void {
    const wasAbsent = standing.faults.includes('absent');
    setFault('absent', battery === 'absent');
    now = battery === 'absent' ? undefined : battery;
    isDraining = !mains;
    if (now === undefined) return;
    if (wasAbsent) test();
    if (now.test !== undefined) setFault('failed-its-test', now.test === 'failed');
    measure(now);
    judge(now);
  }

  function measure({ chargePercent, healthPercent = 100 }: BatteryReading): void {
    const expected = (100 * hourMs) / configuration().power.batteryRuntimeMs / (Math.max(1, healthPercent) / 100);
    drain ??= createDrain(clock, keptDrain ?? expected);
    drain.reading(chargePercent, isDraining);
    const measured = drain.percentPerHour();
    const known = keptDrain ?? expected;
    if (Math.abs(measured - known) <= drainShare * known) return;
    keptDrain = measured;
    reports.keep([{ key: drainKey, value: measured }]);
  }

  /** Down it goes by charge or by time, up by charge alone: on mains the time left is nobody's worry. */
  function judge({ chargePercent }: BatteryReading): void {
    const { low, criticalPercent, chargedPercent } = configuration().power;
    const isLow = chargePercent <= low.chargePercent || (isDraining && hoursLeft(chargePercent) <= low.hours);
    const isDown = standing.level !== 'charged' && !rising;
    if (chargePercent <= criticalPercent) {
      if (standing.level !== 'critical' || rising) descend('critical');
    } else if (isLow) {
      if (!isDown) descend('low');
    } else if (standing.level !== 'charged' && !isDraining) {
      if (chargePercent >= chargedPercent) {
        rising = false;
        send({ type: 'charged' });
      } else if (isDown && chargePercent >= low.chargePercent + fairAbovePercent) {
        rising = true;
        send({ type: 'fair' });
      }
    }
  }

  function descend(type: 'low' | 'critical'): void {
    rising = false;
    send({ type });
  }

  function hoursLeft(chargePercent: number): number {
    return drain === undefined ? 0 : chargePercent / drain.percentPerHour();
  }

  function testDue(): void {
    const { batteryTestEveryMs, low } = configuration().power;
    const isReady = now !== undefined && !isDraining && now.chargePercent > low.chargePercent;
    if (isReady) {
      reports.note('power', { batteryTest: 'begun' }, [deadlines.set(testDeadline, batteryTestEveryMs)]);
      test();
    } else {
      reports.keep([deadlines.set(testDeadline, testAgainMs)]);
    }
  }

  /** Nobody can tell the age of a battery by a clock that nobody has set. */
  function checkAge(): void {
    cancelAge();
    const { batteryEndsMs } = configuration().power;
    if (batteryEndsMs === undefined) {
      setFault('worn', false);
    } else if (clock.wallTrusted()) {
      const leftMs = batteryEndsMs - clock.wallMs();
      setFault('worn', leftMs <= 0);
      if (leftMs > 0) cancelAge = clock.at(clock.monotonicMs() + leftMs, checkAge);
    }
  }

  return {
    restore() {
      const kept = facts.get(drainKey);
      keptDrain = typeof kept === 'number' && kept > 0 ? kept : undefined;
      const before = facts.get(key);
      if (!isStanding(before)) return;
      standing = before;
      if (before.level !== 'charged') send({ type: `restored-${before.level}` });
      before.faults.forEach((fault) => send({ type: 'restored-fault', fault }));
    },
    start(testBattery) {
      test = testBattery;
      if (!deadlines.isSet(testDeadline)) {
        reports.keep([deadlines.set(testDeadline, configuration().power.batteryTestEveryMs)]);
      }
      checkAge();
    },
    reading,
    checkAge,
    heartbeat: () =>
      now === undefined
        ? undefined
        : { chargePercent: now.chargePercent, hoursLeft: Math.round(hoursLeft(now.chargePercent) * 10) / 10 },
    stop: () => cancelAge(),
  };
}

function isStanding(value: unknown): value is Standing {
  if (typeof value !== 'object' || value === null || !('level' in value) || !('faults' in value)) return false;
  const { level, faults } = value;
  const known: readonly unknown[] = batteryFaults;
  const isLevel = level === 'low' || level === 'critical' || level === 'charged';
  return isLevel && Array.isArray(faults) && faults.every((fault) => known.includes(fault));
}
