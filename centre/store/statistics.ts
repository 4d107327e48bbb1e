import type { LogRow } from './reader.ts';

/** What H29 asks for, of one unit in one month. */
export interface Figures {
  newInstallations: number;
  endedInstallations: number;
  /** Alarms that reached the centre. */
  alarms: number;
  /** Of those, how many an operator has answered. */
  answered: number;
  /** From the alarm's arrival to the operator's voice; nothing when none was answered. */
  meanAnswerS: number | undefined;
  /** Faults that hubs reported, and heartbeats that stopped (H9). */
  faults: number;
  /** Alarms that led to a dispatch. */
  dispatches: number;
}

export interface StatisticsRow extends Figures {
  unit: string;
  /** `2026-01`, or all of the period. */
  month: string;
}

/** What stands in place of a unit or a month for all of them. */
const allOfThem = 'all';

/** The log's entries that count for something. */
export const countedKinds = ['installed', 'ended', 'opened', 'hub-lost', 'answered', 'dispatched'] as const;

export interface StatisticsOptions {
  unitOf(hub: string): string;
  /** The month that a wall time is in, `2026-01`. */
  monthOf(wallMs: number): string;
}

/** Overall first, then each unit; of each the whole period first, then its months. */
export function statisticsOf(rows: Iterable<LogRow>, { unitOf, monthOf }: StatisticsOptions): StatisticsRow[] {
  const sums = new Map<string, Map<string, Sum>>([[allOfThem, new Map([[allOfThem, noSum()]])]]);
  for (const row of rows) {
    if (row.hub === null) continue;
    for (const unit of [allOfThem, `unit ${unitOf(row.hub)}`]) {
      for (const month of [allOfThem, monthOf(row.wallMs)]) count(row, sumOf(sums, unit, month));
    }
  }
  return [...sums].toSorted(byName).flatMap(([unit, months]) =>
    [...months].toSorted(byName).map(([month, { answerMs, ...sum }]) => ({
      unit: unit.replace(/^unit /u, ''),
      month,
      ...sum,
      meanAnswerS: sum.answered === 0 ? undefined : Math.round(answerMs / sum.answered / 100) / 10,
    })),
  );
}

interface Sum extends Omit<Figures, 'meanAnswerS'> {
  answerMs: number;
}

function noSum(): Sum {
  return {
    newInstallations: 0,
    endedInstallations: 0,
    alarms: 0,
    answered: 0,
    faults: 0,
    dispatches: 0,
    answerMs: 0,
  };
}

function sumOf(sums: Map<string, Map<string, Sum>>, unit: string, month: string): Sum {
  const months = sums.get(unit) ?? new Map<string, Sum>([[allOfThem, noSum()]]);
  sums.set(unit, months);
  const sum = months.get(month) ?? noSum();
  months.set(month, sum);
  return sum;
}

function count({ kind, body }: LogRow, sum: Sum): void {
  if (kind === 'installed') sum.newInstallations += 1;
  else if (kind === 'ended') sum.endedInstallations += 1;
  else if (kind === 'hub-lost' || (kind === 'opened' && body['report'] === 'fault')) sum.faults += 1;
  else if (kind === 'opened' && body['report'] === 'alarm') sum.alarms += 1;
  else if (kind === 'dispatched') sum.dispatches += 1;
  else if (kind === 'answered') {
    sum.answered += 1;
    sum.answerMs += Number(body['afterMs']);
  }
}

/** What is of all comes first. */
function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  if (one === allOfThem || other === allOfThem) return Number(other === allOfThem) - Number(one === allOfThem);
  return one < other ? -1 : Number(one > other);
}
