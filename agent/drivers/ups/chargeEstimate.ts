import { type Clock, hourMs, minuteMs } from '#protocol/core/time.ts';

/** A cell's voltage and the charge that it means, in per cent; straight lines between. */
type Curve = readonly (readonly [volts: number, percent: number])[];

/**
 * Lead-acid, as makers' data sheets have it: at rest; while a light load draws on it; and while it is charged, where a
 * voltage says least: from 2.25 V on it is full, or will be in some hours.
 */
const atRest: Curve = [
  [1.94, 0],
  [1.98, 25],
  [2.03, 50],
  [2.08, 75],
  [2.13, 100],
];
const underLoad: Curve = [
  [1.75, 0],
  [1.88, 10],
  [1.95, 25],
  [2.01, 50],
  [2.06, 75],
  [2.11, 100],
];
const charging: Curve = [
  [2.05, 0],
  [2.12, 25],
  [2.17, 50],
  [2.21, 75],
  [2.25, 100],
];

/** The whole load costs a cell so much of its voltage; a part of it costs a part. */
const fullLoadVolts = 0.15;
/** When load or charger come or go a cell takes a while until its voltage means something. */
const settleMs = minuteMs;
/** How slowly a new voltage counts: a refrigerator that starts is no discharge. */
const smoothingMs = minuteMs;
/**
 * A supply tells a tenth of a volt, which is a twelfth of the charge: the estimate goes down such a step slowly, so that
 * who measures the drain from one per cent to the next (B6.3) measures no step. It stays ahead of the voltage by so many
 * per cent at most, and by a quarter when there is little left.
 */
const stepMs = 2 * hourMs;
const aheadPercent = 12;
const aheadShare = 0.25;
/** From empty to full: no charger of such a supply is faster. */
const chargeMs = 8 * hourMs;
/** The supply says that its battery is low: it is not more than this, whatever its voltage. */
export const lowPercent = 10;

export interface ChargeSign {
  /** Undefined where the supply does not measure it: then only `low` says something. */
  cellVolts: number | undefined;
  /** Of what the supply can carry. */
  loadPercent: number;
  mains: boolean;
  testing: boolean;
  low: boolean;
}

/** Estimates what is in a battery from its voltage, for supplies that do not say. */
export interface ChargeEstimate {
  /** 0 to 100, in whole per cent. */
  reading(sign: ChargeSign): number;
  /** It is another battery. */
  forget(): void;
}

/**
 * While the battery is drawn on, the estimate never rises. On the mains it rises no faster than a charger charges, and
 * what the voltage leaves open it leaves as it was. A test of the battery changes nothing.
 */
export function createChargeEstimate(clock: Clock): ChargeEstimate {
  let percent: number | undefined;
  let smoothed: number | undefined;
  let onMains: boolean | undefined;
  let lastMs = 0;
  let settledMs = 0;

  function estimate({ cellVolts, loadPercent, mains, testing }: ChargeSign): void {
    const nowMs = clock.monotonicMs();
    const passedMs = nowMs - lastMs;
    lastMs = nowMs;
    if (testing || mains !== onMains) {
      // The very first sign counts as it is: there is nothing to hold on to.
      settledMs = onMains === undefined ? nowMs : nowMs + settleMs;
      smoothed = undefined;
    }
    onMains = mains;
    if (cellVolts === undefined) percent ??= 100;
    if (cellVolts === undefined || (percent !== undefined && (testing || nowMs < settledMs))) return;
    const volts = mains ? cellVolts : cellVolts + (fullLoadVolts * loadPercent) / 100;
    smoothed = smoothed === undefined ? volts : volts + (smoothed - volts) * Math.exp(-passedMs / smoothingMs);
    percent = mains ? charged(percent, smoothed, passedMs) : drawn(percent, at(underLoad, smoothed), passedMs);
  }

  return {
    reading(sign) {
      estimate(sign);
      if (sign.low) percent = Math.min(percent ?? lowPercent, lowPercent);
      return Math.round(percent ?? 0);
    },
    forget() {
      [percent, smoothed, onMains] = [undefined, undefined, undefined];
    },
  };
}

function drawn(percent: number | undefined, voltagePercent: number, passedMs: number): number {
  if (percent === undefined) return voltagePercent;
  if (percent <= voltagePercent) return percent;
  const ahead = (percent - voltagePercent) * Math.exp(-passedMs / stepMs);
  return voltagePercent + Math.min(ahead, aheadPercent, voltagePercent * aheadShare);
}

/** On the mains a voltage leaves open whether the battery is charged or rests: between the two all stays as it was. */
function charged(percent: number | undefined, volts: number, passedMs: number): number {
  const [least, most] = [at(charging, volts), at(atRest, volts)];
  if (percent === undefined) return least;
  if (percent < least) return Math.min(least, percent + (100 * passedMs) / chargeMs);
  return Math.min(percent, most);
}

function at(curve: Curve, volts: number): number {
  const index = curve.findIndex(([known]) => volts <= known);
  const [above, below] = [curve[index], curve[index - 1]];
  if (above === undefined) return 100;
  if (below === undefined) return 0;
  return below[1] + ((above[1] - below[1]) * (volts - below[0])) / (above[0] - below[0]);
}
