/**
 * A process of its own for each bug: what is loaded cannot be unloaded. It is forked with the bug's name, and is sent what
 * it is to play; it plays until something fails, and sends back what.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Outcome } from '#simulator/scenario/runner.ts';
import { type Mutant, mutate, stormDaysOf } from './mutant.ts';
import { mutants } from './mutants.ts';

/** What is played: stories by their files until one fails, then storms by their seeds until one does. */
export interface Program {
  stories: readonly string[];
  seeds: readonly number[];
}

/** What became of a bug. */
export interface Played {
  stories: Search;
  storms: Search;
}

/** How many were played, and the one that failed with who saw it. */
export interface Search {
  tried: number;
  caught?: { in: string; by: string; rule: string; message: string };
}

/** Without a name the hub is played as it is. */
const [, , name] = process.argv;
const mutant = mutants.find((one) => one.name === name);
if (name !== undefined && mutant === undefined) throw new Error(`there is no bug ${name}`);
const rule = mutant?.rule ?? '';
let isLoaded = mutant === undefined;
if (mutant !== undefined) putIn(mutant);

function putIn(bug: Mutant): void {
  const url = pathToFileURL(join(import.meta.dirname, '../../..', bug.file)).href;
  registerHooks({
    load(asked, context, next) {
      const loaded = next(asked, context);
      if (asked !== url) return loaded;
      isLoaded = true;
      return { ...loaded, source: mutate(textOf(loaded.source), bug) };
    },
  });
}

function textOf(source: unknown): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source as Uint8Array);
}

type Seen = Omit<NonNullable<Search['caught']>, 'in'>;

/** All of the hub is loaded by this, for the first time. */
async function play({ stories, seeds }: Program): Promise<Played> {
  const { playFile } = await import('#simulator/scenario/play.ts');
  const { drawStorm } = await import('#simulator/storm/draw.ts');
  const { playStorm } = await import('#simulator/storm/play.ts');
  const { openVirtualWorld } = await import('#simulator/world/virtualWorld.ts');
  if (!isLoaded) throw new Error(`${String(mutant?.file)} was not loaded: nothing of this bug was tried`);
  return {
    stories: await search(stories, async (file) => {
      const played = await playFile(file, openVirtualWorld);
      return played.ok ? seenIn(played.value) : { by: 'step', rule, message: played.problem[0]?.message ?? '' };
    }),
    storms: await search(seeds, async (seed) => {
      const { outcome } = await playStorm(drawStorm({ seed, days: stormDaysOf(seed) }), openVirtualWorld);
      return seenIn(outcome);
    }),
  };
}

async function search<Piece extends string | number>(
  pieces: readonly Piece[],
  playOne: (piece: Piece) => Promise<Seen | undefined>,
): Promise<Search> {
  for (const [index, piece] of pieces.entries()) {
    const seen = await playOne(piece).catch(thrown);
    if (seen !== undefined) return { tried: index + 1, caught: { in: String(piece), ...seen } };
  }
  return { tried: pieces.length };
}

function thrown(error: unknown): Seen {
  return { by: 'program', rule, message: error instanceof Error ? error.message : String(error) };
}

/** Who saw that something is wrong: a checker that is always on, or a step of the story. */
function seenIn({ verdict, violations, steps }: Outcome): Seen | undefined {
  if (verdict === 'passed') return undefined;
  const [first] = violations;
  if (first !== undefined) return { by: first.checker, rule: first.rule, message: first.message };
  // Of a storm many steps do not fit, and that is well: the last one that has a problem ended it.
  const step = steps.findLast((one) => one.problem !== undefined);
  return { by: step?.threw === true ? 'program' : 'step', rule, message: step?.problem ?? '' };
}

process.once('message', (program: Program) => {
  void play(program).then(
    (played) => process.send?.(played, () => process.disconnect()),
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
      process.disconnect();
    },
  );
});
