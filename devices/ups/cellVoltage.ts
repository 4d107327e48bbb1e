/** A lead-acid cell, as text books have it: what its voltage says of its charge, and how it gives way. */

/** Open circuit, rested: from empty to full, 1.94 to 2.13 V, nearly a straight line. */
const restEmptyVolts = 1.94;
const restFullVolts = 2.13;
/** What the charger puts on top, and where it stops. */
const chargingVolts = 0.15;
const floatVolts = 2.28;
/** What even a light load costs. */
const lightLoadVolts = 0.02;
/** What the whole load costs in a new cell; an aged one has more resistance. */
const fullLoadVolts = 0.15;
/** Below this the voltage falls steeply. */
const kneePercent = 15;
const kneeVolts = 0.17;

export interface CellState {
  chargePercent: number;
  healthPercent: number;
  /** Of what the supply can carry, drawn from the battery; or it is charged. */
  flow: { loadPercent: number } | 'charging';
}

/** In volts. Under load a worn cell falls to nothing, not below. */
export function cellVolts({ chargePercent, healthPercent, flow }: CellState): number {
  const rest = restEmptyVolts + ((restFullVolts - restEmptyVolts) * chargePercent) / 100;
  if (flow === 'charging') return Math.min(floatVolts, rest + chargingVolts);
  const knee = chargePercent < kneePercent ? kneeVolts * (1 - chargePercent / kneePercent) ** 2 : 0;
  const worn = 100 / Math.max(1, healthPercent);
  return Math.max(0, rest - lightLoadVolts - knee - (fullLoadVolts * worn * flow.loadPercent) / 100);
}
