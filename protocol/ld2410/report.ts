import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Frame, gateCount } from './frame.ts';
import { joinedNumbers, numberAt } from './numbers.ts';
import type { Problem } from './problem.ts';

/** Table 12, in the order of their values. */
export const targetStates = ['none', 'moving', 'still', 'moving-and-still'] as const;

export type TargetState = (typeof targetStates)[number];

/** What the module sees (2.3.2): ten times a second, in engineering mode with the energies of each gate. */
export interface Report {
  state: TargetState;
  moving: Target;
  still: Target;
  /** Of whichever target was detected, in centimetres. */
  distanceCm: number;
  engineering?: Engineering;
}

export interface Target {
  distanceCm: number;
  /** 0 to 100. */
  energy: number;
}

export interface Engineering {
  farthestMovingGate: number;
  farthestStillGate: number;
  /** The energies of all nine gates, 0 to 100, however far it looks. */
  movingEnergies: readonly number[];
  stillEnergies: readonly number[];
  /** What firmware sends behind them: in newer one the light and the level of the output pin. */
  rest: Uint8Array;
}

const types = { engineering: 0x01, basic: 0x02 };
const dataHead = 0xaa;
const dataTail = [0x55, 0x00];

/** Type, head, state, moving distance (2) and energy, still distance (2) and energy, distance (2). */
const basicLength = 11;
const energyLimit = 100;

/** Reads a report. As the wire has no checksum, what no module says is taken for a transmission error. */
export function decodeReport({ kind, data }: Frame): Result<Report, Problem> {
  const body = data.subarray(0, data.length - dataTail.length);
  const [type, head] = data;
  if (kind !== 'report' || body.length < basicLength)
    return problem('wrong-length', `${data.length} bytes in a report`);
  if (head !== dataHead || dataTail.some((byte, index) => data[body.length + index] !== byte)) {
    return problem('unknown-value', 'a report without AA at its head and 55 00 at its tail');
  }
  const state = targetStates[data[2] ?? 0];
  if (state === undefined) return problem('unknown-value', `a target state of ${data[2]}; known are 0 to 3`);
  const report: Report = {
    state,
    moving: { distanceCm: numberAt(data, 3, 2), energy: data[5] ?? 0 },
    still: { distanceCm: numberAt(data, 6, 2), energy: data[8] ?? 0 },
    distanceCm: numberAt(data, 9, 2),
  };
  if (Math.max(report.moving.energy, report.still.energy) > energyLimit) {
    return problem('unknown-value', `an energy over ${energyLimit}`);
  }
  if (type === types.engineering) return decodeEngineering(report, body);
  if (type !== types.basic) return problem('unknown-value', `a report of type ${type}; known are 1 and 2`);
  if (body.length !== basicLength) return problem('wrong-length', `${data.length} bytes in a basic report`);
  return success(report);
}

function decodeEngineering(report: Report, body: Uint8Array): Result<Report, Problem> {
  const [movingStart, stillStart] = [basicLength + 2, basicLength + 2 + gateCount];
  const end = stillStart + gateCount;
  if (body.length < end) return problem('wrong-length', `${body.length} bytes in a report of ${gateCount} gates`);
  return success({
    ...report,
    engineering: {
      farthestMovingGate: body[basicLength] ?? 0,
      farthestStillGate: body[basicLength + 1] ?? 0,
      movingEnergies: [...body.subarray(movingStart, stillStart)],
      stillEnergies: [...body.subarray(stillStart, end)],
      rest: body.slice(end),
    },
  });
}

export function encodeReport({ state, moving, still, distanceCm, engineering }: Report): Frame {
  const basic = [
    targetStates.indexOf(state),
    ...joinedNumbers([moving.distanceCm, 2]),
    moving.energy,
    ...joinedNumbers([still.distanceCm, 2]),
    still.energy,
    ...joinedNumbers([distanceCm, 2]),
  ];
  if (engineering === undefined) {
    return { kind: 'report', data: Uint8Array.of(types.basic, dataHead, ...basic, ...dataTail) };
  }
  const { farthestMovingGate, farthestStillGate, movingEnergies, stillEnergies, rest } = engineering;
  const gates = [farthestMovingGate, farthestStillGate, ...movingEnergies, ...stillEnergies];
  return {
    kind: 'report',
    data: Uint8Array.of(types.engineering, dataHead, ...basic, ...gates, ...rest, ...dataTail),
  };
}

function problem(code: Problem['code'], message: string): Result<never, Problem> {
  return failure({ code, message });
}
