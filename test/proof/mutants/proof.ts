import { fork } from 'node:child_process';
import { join } from 'node:path';
import { textTable } from '#test/textTable.ts';
import type { Mutant } from './mutant.ts';
import type { Played, Program } from './player.ts';

export interface Result extends Played {
  mutant: Mutant;
}

export interface ProofOptions {
  mutants: readonly Mutant[];
  /** What is played with a bug. */
  programFor(mutant: Mutant): Program;
  /** How many at a time. */
  jobs: number;
  onResult?(result: Result): void;
}

/** Puts one bug after another into the hub, and plays until something fails. */
export async function proveMutants({ mutants, programFor, jobs, onResult }: ProofOptions): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  async function work(): Promise<void> {
    for (let place = next++; place < mutants.length; place = next++) {
      const mutant = mutants[place];
      if (mutant === undefined) return;
      const result = { mutant, ...(await playIn(mutant, programFor(mutant))) };
      results[place] = result;
      onResult?.(result);
    }
  }
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}

async function playIn({ name }: Mutant, program: Program): Promise<Played> {
  const child = fork(join(import.meta.dirname, 'player.ts'), [name], { execArgv: [] });
  return await new Promise((resolve, reject) => {
    child.once('message', (played: Played) => resolve(played));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name}: its player ended with ${String(code)}, and told nothing`)));
    child.send(program);
  });
}

/** Holds when every bug was found. */
export function survivors(results: readonly Result[]): string[] {
  return results.filter(({ caught }) => caught === undefined).map(({ mutant }) => mutant.name);
}

export function tableOf(results: readonly Result[]): string[] {
  return textTable(
    ['bug', 'breaks', 'played', 'seen by', 'in'],
    results.map(({ mutant, tried, caught }) => [
      mutant.name,
      mutant.rule,
      tried,
      caught?.by ?? 'NOBODY',
      caught?.in.replace('test/scenarios/', '') ?? '',
    ]),
  );
}

export function totalOf(results: readonly Result[]): string {
  const byCheckers = results.filter(({ caught }) => caught !== undefined && !stepwise.includes(caught.by)).length;
  const found = results.length - survivors(results).length;
  return `${found} of ${results.length} seeded bugs found, ${byCheckers} of them by checkers that are always on`;
}

const stepwise: readonly string[] = ['step', 'program'];
