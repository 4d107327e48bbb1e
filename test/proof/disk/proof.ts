import { expectStrace } from '#test/strace.ts';
import { textTable } from '#test/textTable.ts';
import { openTown } from '#test/proof/kills/home.ts';
import { type Kind, kinds } from './kinds.ts';
import { type Trial, tryDisk } from './trial.ts';

export interface DiskOptions {
  /** How many homes at a time. */
  workers: number;
  /** Those kinds alone whose names hold it. */
  only?: string | undefined;
  /** How often each kind is tried. */
  times: number;
  onTrial?: (trial: Trial) => void;
}

export async function proveDisks({ workers, only = '', times, onTrial }: DiskOptions): Promise<Trial[]> {
  expectStrace();
  const town = await openTown();
  try {
    const wanted = Array.from({ length: times }, () => kinds.filter(({ name }) => name.includes(only))).flat();
    const left: [Kind, number][] = wanted.map((kind, index) => [kind, index]);
    const trials: Trial[] = [];
    const work = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [kind, index] = next;
        const trial = await tryDisk(town, kind, `disk-${index}`);
        trials[index] = trial;
        onTrial?.(trial);
      }
    };
    await Promise.all(Array.from({ length: workers }, work));
    if (town.refused() > 0) throw new Error(`the centre could not take ${town.refused()} messages`);
    return trials;
  } finally {
    await town.close();
  }
}

export function problemsOf(trials: readonly Trial[]): string[] {
  return trials.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
}

export function tableOf(trials: readonly Trial[]): string[] {
  const headings = [
    'disk',
    'alarms',
    'delivered',
    'from memory',
    'ms',
    'fault',
    'restore',
    'rows salvaged',
    'waited',
    'problems',
  ];
  return textTable(
    headings,
    trials.map((trial) => [
      trial.name,
      trial.pressed,
      trial.delivered,
      trial.unjournalled,
      trial.deliveredMs,
      trial.fault,
      trial.restore,
      trial.salvagedRows,
      trial.salvagedReports,
      trial.problems.length,
    ]),
  );
}

export function totalOf(trials: readonly Trial[]): string {
  const sum = (of: (trial: Trial) => number): number => trials.reduce((total, trial) => total + of(trial), 0);
  const told = (of: 'fault' | 'restore'): number => trials.filter((trial) => trial[of] === 'told').length;
  return (
    `${trials.length} disks: ${sum(({ delivered }) => delivered)} of ${sum(({ pressed }) => pressed)} alarms delivered ` +
    `(${sum(({ unjournalled }) => unjournalled)} from memory), ${told('fault')} faults and ${told('restore')} restores told, ` +
    `${sum(({ salvagedRows }) => salvagedRows)} rows salvaged`
  );
}
