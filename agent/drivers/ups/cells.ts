import type { BatteryVolts } from '#protocol/megatec/status.ts';

/** A cell of lead; batteries for supplies are blocks of six. */
const voltsPerCell = 2;
const cellsPerBlock = 6;
/** What a cell has between charging and half empty: the number of cells is the one that comes nearest to it. */
const usualCellVolts = 2.1;
/** With less nobody can tell how many cells there are. */
const leastCellVolts = 1.5;

/** Makes a cell's voltage of whatever a supply tells. */
export interface Cells {
  /** The voltage that the supply says it is made for; nothing where it does not say. */
  rated(batteryVolts: number | undefined): void;
  /** In volts; undefined as long as nobody can tell how many cells there are. */
  volts(battery: BatteryVolts): number | undefined;
}

/**
 * Models tell the voltage of a cell, of the whole battery, or of one of its blocks although they are made for more. The
 * number of cells is found at the first sound voltage, and kept: an empty battery of 24 V is not a full one of 18.
 */
export function createCells(): Cells {
  let known: number | undefined;
  let rating: number | undefined;

  function count(volts: number): number | undefined {
    const guessed = Math.max(1, Math.round(volts / (usualCellVolts * cellsPerBlock))) * cellsPerBlock;
    const possible = rating === undefined ? [guessed] : [rating / voltsPerCell, cellsPerBlock];
    const distance = (cells: number): number => Math.abs(Math.log(volts / cells / usualCellVolts));
    const [best = guessed] = possible.toSorted((one, other) => distance(one) - distance(other));
    return volts / best < leastCellVolts ? undefined : best;
  }

  return {
    rated(batteryVolts) {
      const told = batteryVolts !== undefined && batteryVolts > 0 ? batteryVolts : undefined;
      if (told !== rating) known = undefined;
      rating = told;
    },
    volts({ volts, of }) {
      if (of === 'cell') return volts;
      known ??= count(volts);
      return known === undefined ? undefined : volts / known;
    },
  };
}
