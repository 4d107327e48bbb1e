import type { BatteryReading } from '#agent/hub/devices.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { SupplyFolder } from './supplyFiles.ts';

/** What all supplies of the machine say together. */
export interface Supplies {
  mains: boolean;
  battery: Battery | 'absent';
}

export interface Battery extends Omit<BatteryReading, 'test'> {
  /** What the kernel says of its health: worn out, well, or nothing. */
  condition?: 'dead' | 'good';
}

/** The kernel's words for a charge that its driver knows no figure of. */
const levels = new Map([
  ['Critical', 5],
  ['Low', 15],
  ['Normal', 60],
  ['High', 85],
  ['Full', 100],
]);
const deadWords: readonly string[] = ['Dead', 'Unspecified failure'];
const full = 100;

/**
 * Of several sources one that is on line is enough; of several batteries the charge is that of all together, the health
 * that of the worst. What belongs to a mouse or a keyboard (scope Device) is not the hub's.
 */
export function readSupplies(folders: readonly SupplyFolder[]): Result<Supplies, string> {
  const ours = folders.filter(({ values }) => values.type !== undefined && values.scope !== 'Device');
  if (ours.length === 0) return failure('there is no supply');
  const batteries = ours.filter(isBattery);
  const mains = readMains(ours, batteries);
  if (mains === undefined) {
    return failure(`${namesOf(ours)}: nobody tells whether the mains are there, neither by online nor by status`);
  }
  const present = batteries.filter(({ values }) => values.present !== '0' && values.health !== 'No battery');
  if (present.length === 0) return success({ mains, battery: 'absent' });
  const chargePercent = readCharge(present);
  if (chargePercent === undefined) return failure(`${namesOf(present)}: no file tells the charge`);
  return success({ mains, battery: { chargePercent, ...healthOf(present) } });
}

function isBattery({ values: { type } }: SupplyFolder): boolean {
  return type === 'Battery' || type === 'UPS';
}

/** Undefined: nobody says so. */
function readMains(ours: readonly SupplyFolder[], batteries: readonly SupplyFolder[]): boolean | undefined {
  // A battery's own "online" is whether it feeds somebody; that of a supply with a battery is the mains'.
  const sources = ours.filter((one) => one.values.type !== 'Battery' && /^[012]$/u.test(one.values.online ?? ''));
  if (sources.length > 0) return sources.some(({ values }) => values.online !== '0');
  const states = batteries.map(({ values }) => values.status);
  if (states.includes('Discharging')) return false;
  return states.some((state) => state === 'Charging' || state === 'Full' || state === 'Not charging')
    ? true
    : undefined;
}

/** In whole per cent; batteries that tell what they hold weigh so much, otherwise each weighs the same. */
function readCharge(batteries: readonly SupplyFolder[]): number | undefined {
  const known = batteries.flatMap((battery) => {
    const percent = chargeOf(battery);
    return percent === undefined
      ? []
      : [{ percent, holds: numberIn(battery, 'energy_full') ?? numberIn(battery, 'charge_full') }];
  });
  if (known.length === 0) return undefined;
  const isWeighed = known.every(({ holds }) => holds !== undefined && holds > 0);
  const weighed = known.map(({ percent, holds = 1 }) => ({ percent, weight: isWeighed ? holds : 1 }));
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  return Math.round(weighed.reduce((sum, { percent, weight }) => sum + percent * weight, 0) / total);
}

function chargeOf(battery: SupplyFolder): number | undefined {
  const capacity = numberIn(battery, 'capacity');
  if (capacity !== undefined) return Math.min(full, capacity);
  const share = shareOf(battery, 'energy_now', 'energy_full') ?? shareOf(battery, 'charge_now', 'charge_full');
  return share ?? levels.get(battery.values.capacity_level ?? '');
}

function healthOf(batteries: readonly SupplyFolder[]): Omit<Battery, 'chargePercent'> {
  const shares = batteries.flatMap(
    (one) =>
      shareOf(one, 'energy_full', 'energy_full_design') ?? shareOf(one, 'charge_full', 'charge_full_design') ?? [],
  );
  const words = batteries.map(({ values }) => values.health);
  const isDead = words.some((word) => word !== undefined && deadWords.includes(word));
  const isGood = words.every((word) => word === 'Good');
  return {
    ...(shares.length === 0 ? {} : { healthPercent: Math.round(Math.min(...shares)) }),
    ...(isDead ? { condition: 'dead' } : isGood ? { condition: 'good' } : {}),
  };
}

/** Of a whole, in per cent, 100 at most: a new battery holds more than it is sold for. */
function shareOf(battery: SupplyFolder, part: ReadFile, whole: ReadFile): number | undefined {
  const [a, b] = [numberIn(battery, part), numberIn(battery, whole)];
  return a === undefined || b === undefined || b <= 0 ? undefined : Math.min(full, (a * full) / b);
}

type ReadFile = keyof SupplyFolder['values'];

function numberIn({ values }: SupplyFolder, file: ReadFile): number | undefined {
  const text = values[file] ?? '';
  return /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
}

function namesOf(supplies: readonly SupplyFolder[]): string {
  return supplies.map(({ name }) => name).join(', ');
}
