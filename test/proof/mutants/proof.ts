import { fork } from 'node:child_process';
import { join } from 'node:path';
import { textTable } from '#test/textTable.ts';
import { type Mutant, stormDaysOf } from './mutant.ts';
import type { Played, Program, Search } from './player.ts';

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

/** Puts one bug after another into the hub, and plays until a story fails, and until a storm does. */
export async function proveMutants({ mutants, programFor, jobs, onResult }: ProofOptions): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  async function work(): Promise<void> {
    for (let place = next++; place < mutants.length; place = next++) {
      const mutant = mutants[place];
      if (mutant === undefined) return;
      const result = { mutant, ...(await playWith(mutant.name, programFor(mutant))) };
      results[place] = result;
      onResult?.(result);
    }
  }
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}

/** Plays the storms that found a bug with the hub as it is: one that fails then has found nothing. */
export async function falseAlarm(results: readonly Result[]): Promise<Search['caught']> {
  const seeds = new Set(
    results.flatMap(({ storms }) => (storms.caught === undefined ? [] : [Number(storms.caught.in)])),
  );
  const { storms } = await playWith(undefined, { stories: [], seeds: [...seeds] });
  return storms.caught;
}

async function playWith(name: string | undefined, program: Program): Promise<Played> {
  const child = fork(join(import.meta.dirname, 'player.ts'), name === undefined ? [] : [name], { execArgv: [] });
  return await new Promise((resolve, reject) => {
    child.once('message', (played: Played) => resolve(played));
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`${name ?? 'no bug'}: its player ended with ${String(code)}, and told nothing`)),
    );
    child.send(program);
  });
}

/** Bugs that the stories were to find, or the storms, and did not. Holds when there are none. */
export function survivors(results: readonly Result[]): string[] {
  return results
    .filter(({ stories, storms }) => isMissed(stories) || isMissed(storms))
    .map(({ mutant }) => mutant.name);
}

function isMissed({ tried, caught }: Search): boolean {
  return tried > 0 && caught === undefined;
}

export function tableOf(results: readonly Result[]): string[] {
  return textTable(
    ['bug', 'breaks', 'story', 'seen by', 'storm', 'after', 'seen by'],
    results.map(({ mutant, stories, storms }) => [
      mutant.name,
      mutant.rule,
      stories.caught?.in.replace(/^.*test\/scenarios\//u, '') ?? '',
      seenBy(stories),
      storms.caught === undefined ? '' : asTyped(Number(storms.caught.in)),
      storms.tried,
      storms.tried === 0 && mutant.onlyStories !== undefined ? `none: ${mutant.onlyStories}` : seenBy(storms),
    ]),
  );
}

/** As `welfare-hub storm` takes it. */
function asTyped(seed: number): string {
  const days = stormDaysOf(seed);
  return `--seed ${seed}${days === 1 ? '' : ` --days ${days}`}`;
}

function seenBy({ tried, caught }: Search): string {
  return caught?.by ?? (tried === 0 ? '' : 'NOBODY');
}

export function totalOf(results: readonly Result[]): string {
  const told = (['stories', 'storms'] as const).flatMap((by) => {
    const played = results.map((result) => result[by]).filter(({ tried }) => tried > 0);
    const found = played.filter(({ caught }) => caught !== undefined);
    const most = Math.max(0, ...found.map(({ tried }) => tried));
    const within = by === 'storms' ? ` within ${most} seeds each` : '';
    return played.length === 0 ? [] : [`${found.length} of ${played.length} by ${by}${within}`];
  });
  return `${results.length} seeded bugs, found: ${told.join('; ')}`;
}
