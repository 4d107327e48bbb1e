import { expectStrace } from '#test/strace.ts';
import { textTable } from '#test/textTable.ts';
import { judgeLives, type LifeOrder, sumOf } from './lives.ts';
import { emptyTally, type Finding, type SweepResult, type Tally } from './sweep.ts';

/** The first life is the same in every run; the others are drawn anew. */
const fixedSeed = 1;

/** A life has more images than anybody can open; so many of one are enough, then the next one is lived. */
const imagesOfALife = 25_000;

export interface ProofOptions extends Omit<LifeOrder, 'seed'> {
  /** Of the drawn lives. */
  seed: number;
  workers: number;
  onLife?: (result: SweepResult) => void;
}

export async function proveImages({ count, seed, workers, onLife, ...order }: ProofOptions): Promise<SweepResult> {
  expectStrace();
  const lives = Math.max(2, Math.ceil(count / imagesOfALife));
  const orders = Array.from(
    { length: lives },
    (_, index): LifeOrder => ({
      ...order,
      seed: index === 0 ? fixedSeed : seed + index,
      count: Math.ceil(count / lives),
    }),
  );
  return await judgeLives(orders, workers, onLife);
}

const columns = Object.keys(emptyTally()) as (keyof Tally)[];

/** The whole table, with its last line the sum. */
export function tableOf({ tallies }: SweepResult): string[] {
  const rows = [...Object.entries(tallies), ['all', sumOf(Object.values(tallies))] as const];
  return textTable(
    ['of what was not synced', ...columns],
    rows.map(([name, tally]) => [name, ...columns.map((column) => tally[column])]),
  );
}

export function totalOf({ tallies, moments }: SweepResult): string {
  const { images, clean, recovered, refused, lost, wrong } = sumOf(Object.values(tallies));
  return `${images} images of ${moments} moments: ${clean} clean, ${recovered} recovered, ${refused} refused, ${lost} lost, ${wrong} wrong`;
}

export function wordsOf({ seed, model, step, deed, is, why }: Finding): string {
  return `${is}: life ${seed}, step ${step} (${deed}), ${model}: ${why}`;
}

/** A hub whose journal is refused after a power cut raises no alarm: no image may be. */
export function holds({ tallies }: SweepResult): boolean {
  const { images, refused, lost, wrong } = sumOf(Object.values(tallies));
  return images > 0 && refused + lost + wrong === 0;
}
