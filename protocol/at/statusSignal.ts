import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Problem } from './problem.ts';
import { readWhole, type Values } from './responseValues.ts';

/** Received signal strength in dBm; undefined where the modem does not know it. */
export type SignalDbm = number | undefined;

/** `+CSQ: <rssi>,<ber>` (3GPP TS 27.007 8.5): 0 is -113 dBm or less, 31 is -51 dBm or more, 2 dB a step; 99 unknown. */
export function readSignal(values: Values): Result<SignalDbm, Problem> {
  const rssi = readWhole('+CSQ', values, 0);
  if (!rssi.ok) return rssi;
  if (rssi.value >= 0 && rssi.value <= 31) return success(2 * rssi.value - 113);
  // Modems of TD-SCDMA count on from 100 in steps of 1 dB.
  if (rssi.value >= 100 && rssi.value <= 191) return success(rssi.value - 216);
  if (rssi.value === 99 || rssi.value === 199) return success(undefined);
  return failure({
    code: 'unknown-value',
    message: `+CSQ: a strength of ${rssi.value}; right would be 0 to 31, or 99`,
  });
}

export function formatSignal(signalDbm: SignalDbm): string {
  const rssi = signalDbm === undefined ? 99 : Math.max(0, Math.min(31, Math.round((signalDbm + 113) / 2)));
  return `+CSQ: ${rssi},99`;
}

/** `+CESQ`, each undefined where the modem does not know it, or its access has no such thing. */
export interface ExtendedSignal {
  /** GSM: received signal level in dBm. */
  rxlevDbm: SignalDbm;
  /** UTRA: received signal code power in dBm. */
  rscpDbm: SignalDbm;
  /** E-UTRA: reference signal received power in dBm; some 20 dB under the strength of the whole channel. */
  rsrpDbm: SignalDbm;
}

const notKnown = { rxlev: 99, others: 255 } as const;

/** `+CESQ: <rxlev>,<ber>,<rscp>,<ecno>,<rsrq>,<rsrp>` (3GPP TS 27.007 8.69). */
export function readExtendedSignal(values: Values): Result<ExtendedSignal, Problem> {
  const rxlev = readLevel(values, 0, 63, notKnown.rxlev);
  const rscp = readLevel(values, 2, 96, notKnown.others);
  const rsrp = readLevel(values, 5, 97, notKnown.others);
  if (!rxlev.ok) return rxlev;
  if (!rscp.ok) return rscp;
  if (!rsrp.ok) return rsrp;
  return success({
    rxlevDbm: under(rxlev.value, 111),
    rscpDbm: under(rscp.value, 121),
    rsrpDbm: under(rsrp.value, 141),
  });
}

export function formatExtendedSignal({ rxlevDbm, rscpDbm, rsrpDbm }: ExtendedSignal): string {
  const rxlev = level(rxlevDbm, 111, 63) ?? notKnown.rxlev;
  const rscp = level(rscpDbm, 121, 96) ?? notKnown.others;
  const rsrp = level(rsrpDbm, 141, 97) ?? notKnown.others;
  return `+CESQ: ${rxlev},99,${rscp},255,255,${rsrp}`;
}

function readLevel(
  values: Values,
  index: number,
  greatest: number,
  unknown: number,
): Result<number | undefined, Problem> {
  const level = readWhole('+CESQ', values, index);
  if (!level.ok) return level;
  if (level.value === unknown) return success(undefined);
  if (level.value >= 0 && level.value <= greatest) return level;
  const message = `+CESQ: value ${index + 1} is ${level.value}; right would be 0 to ${greatest}, or ${unknown}`;
  return failure({ code: 'unknown-value', message });
}

function under(level: number | undefined, by: number): SignalDbm {
  return level === undefined ? undefined : level - by;
}

function level(dbm: SignalDbm, by: number, greatest: number): number | undefined {
  return dbm === undefined ? undefined : Math.max(0, Math.min(greatest, Math.round(dbm + by)));
}
