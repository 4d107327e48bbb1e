import { failure, type Result, success } from '#protocol/core/result.ts';
import { readNumber, writeNumber } from './fields.ts';
import type { Problem } from './problem.ts';

/** The voltage of the battery: of all of it, or of one of its cells (Megatec C.1 g: `SS.S` standby, `S.SS` on-line). */
export interface BatteryVolts {
  volts: number;
  of: 'battery' | 'cell';
}

/** The answer to Q1 (Megatec C.1). A figure that the supply does not know is left out. */
export interface Status extends StatusBits {
  inputVolts?: number;
  /** The input at the last moment that made the supply take over; otherwise as the input. */
  faultVolts?: number;
  outputVolts?: number;
  /** Of what the supply can carry. */
  loadPercent?: number;
  frequencyHz?: number;
  battery?: BatteryVolts;
  temperatureCelsius?: number;
}

/** From b7 to b0. */
export interface StatusBits {
  mainsGone: boolean;
  batteryLow: boolean;
  /** The mains go through, raised or lowered. */
  bypass: boolean;
  /** Something of the supply is broken; most models say so of a battery that has failed its test. */
  failed: boolean;
  /** The mains feed the home until they are gone; otherwise (`false`) the converter always does. */
  standby: boolean;
  testing: boolean;
  /** The output will be, or is, switched off by a command. */
  shutdown: boolean;
  beeper: boolean;
}

/** In the order in which they are written. */
const bits = [
  'mainsGone',
  'batteryLow',
  'bypass',
  'failed',
  'standby',
  'testing',
  'shutdown',
  'beeper',
] as const satisfies readonly (keyof StatusBits)[];

const figures = [
  ['inputVolts', 3, 1],
  ['faultVolts', 3, 1],
  ['outputVolts', 3, 1],
  ['loadPercent', 3, 0],
  ['frequencyHz', 2, 1],
] as const satisfies readonly (readonly [keyof Status, number, number])[];

/** The highest voltage that is a cell's: one of lead is charged with 2.45 V at most. */
const cellVoltsLimit = 3;

const right = 'right would be (MMM.M NNN.N PPP.P QQQ RR.R SS.S TT.T and eight bits';

/**
 * Reads `(MMM.M NNN.N PPP.P QQQ RR.R S.SS TT.T b7…b0`. Fields that models append are not looked at, and a bit that is
 * neither 0 nor 1 is not set; of the mains alone the supply must know.
 */
export function readStatus(text: string): Result<Status, Problem> {
  const fields = text.slice(1).trim().split(/ +/u);
  const flags = fields[7] ?? '';
  if (!text.startsWith('(') || !/^[01][-@01]{7}/u.test(flags)) return wrong(text);
  const status: Status = readBits(flags);
  for (const [index, [name]] of figures.entries()) {
    const read = readNumber(fields[index] ?? '');
    if (!read.known) return wrong(text);
    if (read.value !== undefined) status[name] = read.value;
  }
  const [volts = '', celsius = ''] = fields.slice(figures.length);
  const [battery, temperature] = [readNumber(volts), readNumber(celsius)];
  if (!battery.known || !temperature.known) return wrong(text);
  if (battery.value !== undefined) status.battery = { volts: battery.value, of: ofWhat(volts, battery.value) };
  if (temperature.value !== undefined) status.temperatureCelsius = temperature.value;
  return success(status);
}

/** Writes the answer to Q1 as the protocol has it. Throws when a figure has no place in it: a slip of ours. */
export function writeStatus(status: Status): string {
  const { battery, temperatureCelsius } = status;
  return `(${[
    ...figures.map(([name, before, behind]) => writeNumber(status[name], before, behind)),
    battery?.of === 'cell' ? writeNumber(battery.volts, 1, 2) : writeBatteryVolts(battery?.volts),
    writeNumber(temperatureCelsius, 2, 1),
    bits.map((name) => (status[name] ? '1' : '0')).join(''),
  ].join(' ')}`;
}

/** From 100 V on the field keeps its four characters, as the models with many batteries do: `SSS.` would be no number. */
function writeBatteryVolts(volts: number | undefined): string {
  return volts !== undefined && volts >= 99.95 ? writeNumber(Math.round(volts), 4, 0) : writeNumber(volts, 2, 1);
}

/** The form says which; a model that writes a whole battery as S.SS is known by a voltage that no cell has. */
function ofWhat(field: string, volts: number): BatteryVolts['of'] {
  return /^\d\.\d\d$/u.test(field) && volts < cellVoltsLimit ? 'cell' : 'battery';
}

function readBits(flags: string): StatusBits {
  const is = (name: keyof StatusBits): boolean => flags[bits.indexOf(name)] === '1';
  return {
    mainsGone: is('mainsGone'),
    batteryLow: is('batteryLow'),
    bypass: is('bypass'),
    failed: is('failed'),
    standby: is('standby'),
    testing: is('testing'),
    shutdown: is('shutdown'),
    beeper: is('beeper'),
  };
}

function wrong(text: string): Result<never, Problem> {
  return failure({ code: 'wrong-form', message: `${JSON.stringify(text)} is no status of a supply; ${right}` });
}
