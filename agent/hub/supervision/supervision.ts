import type { AccessoryConfiguration } from '#protocol/configuration/configuration.ts';
import type { ProfileEvent } from '#protocol/esp3/profiles.ts';
import { type Cancel } from '#protocol/core/time.ts';
import { type Code, statusCodes } from '#protocol/scaip/codes.ts';
import { reportOf } from '#agent/hub/accessories/guard.ts';
import { type ChartActor, startChart } from '#agent/hub/actors.ts';
import type { Concern, HubContext } from '#agent/hub/concern.ts';
import type { ReportContent } from '#agent/hub/reports.ts';
import { conditionChart, type ConditionDecision, type ConditionEvent } from './condition.chart.ts';

/** A battery that was low is good again with so much more, in per cent: one that hovers is told once. */
const goodAbovePercent = 10;
const goodAboveVolts = 0.2;

type What = 'missing' | 'tamper' | 'battery';

/** B16's lines. */
const lines: Readonly<Record<What, { bad: Code; good: Code; pri: number; report: 'fault' | 'maintenance' }>> = {
  missing: { bad: statusCodes.radioTestMissing, good: statusCodes.radioTestRestored, pri: 4, report: 'fault' },
  tamper: { bad: statusCodes.tamper, good: statusCodes.normal, pri: 4, report: 'fault' },
  battery: { bad: statusCodes.batteryLow, good: statusCodes.batteryFull, pri: 3, report: 'maintenance' },
};

interface Watched {
  accessory: AccessoryConfiguration;
  conditions: Record<What, ChartActor<ConditionEvent, ConditionDecision>>;
  heardMs: number;
  cancel: Cancel;
  /** A device without figures has said that its battery is low since it was last told. */
  saidLow: boolean;
  saidWell: boolean;
}

/** Whether the accessories are there, whole, and their batteries good (B8.2). */
export function createSupervision(context: HubContext): Concern {
  const { clock, configuration, facts, reports, deadlines, tell, log } = context;
  const watched = new Map<string, Watched>();
  let hasStarted = false;

  function follow(): void {
    const inForce = new Map(configuration().accessories.map((accessory) => [accessory.name, accessory]));
    for (const [name, one] of watched) {
      const now = inForce.get(name);
      if (now?.id === one.accessory.id) {
        one.accessory = now;
      } else {
        one.cancel();
        watched.delete(name);
        forget(name);
      }
    }
    for (const accessory of inForce.values()) if (!watched.has(accessory.name)) watch(accessory);
    watched.forEach((one) => superviseAnew(one));
  }

  function watch(accessory: AccessoryConfiguration): void {
    const chartOf = (what: What): Watched['conditions'][What] => {
      const chart = startChart(conditionChart, log);
      if (facts.get(keyOf(what, accessory.name)) !== undefined) chart.send({ type: 'restored' });
      return chart;
    };
    const conditions = { missing: chartOf('missing'), tamper: chartOf('tamper'), battery: chartOf('battery') };
    const one = { accessory, conditions, heardMs: clock.monotonicMs(), cancel() {}, saidLow: false, saidWell: false };
    watched.set(accessory.name, one);
    deadlines.when(keyOf('battery', accessory.name), () => remind(one));
  }

  function forget(name: string): void {
    const kept = (['missing', 'tamper', 'battery'] as const).filter(
      (what) => facts.get(keyOf(what, name)) !== undefined,
    );
    if (kept.length === 0) return;
    reports.keep([
      ...kept.map((what) => ({ key: keyOf(what, name), value: undefined })),
      deadlines.clear(keyOf('battery', name)),
    ]);
  }

  /** After a start everybody has one full span, for nobody knows who was heard while the hub was off. */
  function superviseAnew(one: Watched): void {
    one.cancel();
    if (!hasStarted || one.accessory.superviseMs === 0) return;
    const dueMs = one.heardMs + configuration().supervision.intervals * one.accessory.superviseMs;
    if (dueMs > clock.monotonicMs()) one.cancel = clock.at(dueMs, () => superviseAnew(one));
    else change(one, 'missing', { type: 'bad' });
  }

  function received(accessory: AccessoryConfiguration | undefined): void {
    const one = accessory === undefined ? undefined : watched.get(accessory.name);
    if (one === undefined) return;
    one.heardMs = clock.monotonicMs();
    if (!one.conditions.missing.can({ type: 'good' })) return;
    change(one, 'missing', { type: 'good' });
    superviseAnew(one);
  }

  function heard({ name }: AccessoryConfiguration, event: ProfileEvent): void {
    const one = watched.get(name);
    if (one === undefined) return;
    if (event.event === 'tamper') change(one, 'tamper', { type: event.open ? 'bad' : 'good' });
    const low = isLow(event);
    if (low !== undefined) change(one, 'battery', { type: low ? 'bad' : 'good' });
    if (event.event === 'battery-low') one.saidLow = true;
    else if (event.event === 'smoke-over') one.saidWell = true;
  }

  /** Undefined: it says nothing of its battery, or something in between. */
  function isLow(event: ProfileEvent): boolean | undefined {
    const { batteryLowPercent, batteryLowVolts } = configuration().supervision;
    if (event.event === 'battery-low') return true;
    if (event.event === 'battery') return between(event.chargePercent, batteryLowPercent, goodAbovePercent);
    if (event.event !== 'occupancy' || event.supplyVolts === undefined) return undefined;
    return between(event.supplyVolts, batteryLowVolts, goodAboveVolts);
  }

  /**
   * A device that only says "low" says nothing when its battery was changed, but goes on to say how it is: then it is good
   * again.
   */
  function remind(one: Watched): void {
    const isWell = one.saidWell && !one.saidLow;
    change(one, 'battery', { type: isWell ? 'good' : 'due' });
  }

  function change(one: Watched, what: What, event: ConditionEvent): void {
    const chart = one.conditions[what];
    if (!chart.can(event)) return;
    for (const { type } of chart.send(event)) {
      reports.report(contentOf(one, what, type), { keep: kept(one, what, type) });
      if (what === 'missing') tell.missingChanged(countMissing(), countSupervised());
    }
  }

  function contentOf({ accessory }: Watched, what: What, type: 'fault' | 'restore'): ReportContent {
    const { bad, good, pri, report } = lines[what];
    const isBad = type === 'fault';
    return { report: isBad ? report : 'restore', ...reportOf(accessory, isBad ? bad : good), pri };
  }

  function kept(one: Watched, what: What, type: 'fault' | 'restore') {
    const key = keyOf(what, one.accessory.name);
    const isBad = type === 'fault';
    one.saidLow = false;
    one.saidWell = false;
    const { batteryLowEveryMs } = configuration().supervision;
    const reminder = isBad ? () => deadlines.set(key, batteryLowEveryMs) : () => deadlines.clear(key);
    return [{ key, value: isBad ? true : undefined }, ...(what === 'battery' ? [reminder()] : [])];
  }

  const countMissing = (): number =>
    [...watched.values()].filter(({ conditions }) => conditions.missing.can({ type: 'good' })).length;
  const countSupervised = (): number =>
    [...watched.values()].filter(({ accessory }) => accessory.superviseMs > 0).length;

  return {
    restore: follow,
    start() {
      hasStarted = true;
      follow();
      tell.missingChanged(countMissing(), countSupervised());
    },
    reconfigured: follow,
    received: (_telegram, accessory) => received(accessory),
    heard,
    stop: () => watched.forEach(({ cancel }) => cancel()),
  };
}

function keyOf(what: What, name: string): string {
  return `${what}/${name}`;
}

function between(value: number, low: number, goodAbove: number): boolean | undefined {
  if (value <= low) return true;
  return value >= low + goodAbove ? false : undefined;
}
