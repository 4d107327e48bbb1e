import { type Clock, hourMs } from '#protocol/core/time.ts';

/** Full, in per cent. */
const full = 100;
const yearMs = 365 * 24 * hourMs;

/** What flows: out of the battery at so many milliwatts, into it, or nothing. */
export type Flow = { drawnMilliwatts: number } | 'charging' | 'none';

export interface BatteryOptions {
  clock: Clock;
  /** What it holds when it is new. */
  newMilliwattHours: number;
  /** From empty to full on mains. */
  chargeMs: number;
  /** How much of what it held when new it loses in a year; default 0. */
  ageingPercentPerYear?: number;
}

/** A battery whose charge is a straight line between the moments at which something changes. */
export interface Battery {
  /** 0 to 100, as a gauge shows it. */
  chargePercent(): number;
  /** The same, not rounded. */
  exactPercent(): number;
  healthPercent(): number;
  isEmpty(): boolean;
  setCharge(percent: number): void;
  setHealth(percent: number): void;
  setFlow(flow: Flow): void;
  /** When the gauge shows something else, or the battery is empty, on the clock; undefined when nothing flows. */
  nextChangeMs(): number | undefined;
}

export function createBattery({
  clock,
  newMilliwattHours,
  chargeMs,
  ageingPercentPerYear = 0,
}: BatteryOptions): Battery {
  let health = full;
  let chargeThen = full;
  let thenMs = clock.monotonicMs();
  let flow: Flow = 'none';

  /** Per cent in a millisecond; negative when it empties. */
  function rate(): number {
    if (flow === 'none') return 0;
    if (flow === 'charging') return full / chargeMs;
    const heldMilliwattHours = (newMilliwattHours * health) / full;
    return -(full * flow.drawnMilliwatts) / (heldMilliwattHours * hourMs);
  }

  function charge(): number {
    const now = chargeThen + rate() * (clock.monotonicMs() - thenMs);
    return Math.min(full, Math.max(0, rounded(now)));
  }

  function aged(): number {
    const years = (clock.monotonicMs() - thenMs) / yearMs;
    // Never nothing: what holds nothing would be empty in no time.
    return Math.max(Math.min(1, health), health - ageingPercentPerYear * years);
  }

  function settle(): void {
    [chargeThen, health] = [charge(), aged()];
    thenMs = clock.monotonicMs();
  }

  return {
    chargePercent: () => Math.round(charge()),
    exactPercent: charge,
    healthPercent: aged,
    isEmpty: () => charge() <= 0,
    setCharge(percent) {
      settle();
      chargeThen = percent;
    },
    setHealth(percent) {
      settle();
      health = percent;
    },
    setFlow(next) {
      settle();
      flow = next;
    },
    nextChangeMs() {
      const perMs = rate();
      const now = charge();
      const isAtEnd = perMs > 0 ? now >= full : now <= 0;
      if (perMs === 0 || isAtEnd) return undefined;
      // The gauge rounds: it shows the next per cent from the half on. The last half ends at empty, or at full.
      const half = perMs > 0 ? Math.floor(now + 0.5) + 0.5 : Math.ceil(now - 0.5) - 0.5;
      const goal = Math.min(full, Math.max(0, half));
      // A hair behind it, so that it is past the half in spite of rounding.
      return clock.monotonicMs() + Math.ceil((goal - now) / perMs) + 1;
    },
  };
}

/** Without the noise of adding up. */
function rounded(percent: number): number {
  return Math.round(percent * 1e9) / 1e9;
}
