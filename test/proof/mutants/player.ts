/**
 * A process of its own for each bug: what is loaded cannot be unloaded. It is forked with the bug's name, and is sent what
 * it is to play; it plays until something fails, and sends back what.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Outcome } from '#simulator/scenario/runner.ts';
import { mutate } from './mutant.ts';
import { mutants } from './mutants.ts';

/** What is played: stories by their files, then so many storms, with seeds from 1 on. */
export interface Program {
  stories: readonly string[];
  storms: number;
}

/** What became of a bug: how many were played, and the one that failed with who saw it. */
export interface Played {
  tried: number;
  caught?: { in: string; by: string; rule: string; message: string };
}

/** Long enough for a night, a test alarm and a long outage. */
const stormDays = 1;

const mutant = mutants.find(({ name }) => name === process.argv[2]);
if (mutant === undefined) throw new Error(`there is no bug ${String(process.argv[2])}`);
const { file, rule } = mutant;
const url = pathToFileURL(join(import.meta.dirname, '../../..', file)).href;
let isLoaded = false;

registerHooks({
  load(asked, context, next) {
    const loaded = next(asked, context);
    if (asked !== url) return loaded;
    isLoaded = true;
    return { ...loaded, source: mutate(textOf(loaded.source), mutant) };
  },
});

function textOf(source: unknown): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source as Uint8Array);
}

type Seen = Omit<NonNullable<Played['caught']>, 'in'>;

/** Something to play: its name, and what was seen in it. */
type Piece = readonly [name: string, play: () => Promise<Seen | undefined>];

async function play(program: Program): Promise<Played> {
  const pieces = await piecesOf(program);
  if (!isLoaded) throw new Error(`${file} was not loaded: nothing of this bug was tried`);
  for (const [index, [name, playIt]] of pieces.entries()) {
    const seen = await playIt().catch(thrown);
    if (seen !== undefined) return { tried: index + 1, caught: { in: name, ...seen } };
  }
  return { tried: pieces.length };
}

/** All of the hub is loaded by this, for the first time. */
async function piecesOf({ stories, storms }: Program): Promise<Piece[]> {
  const { playFile } = await import('#simulator/scenario/play.ts');
  const { drawStorm } = await import('#simulator/storm/draw.ts');
  const { playStorm } = await import('#simulator/storm/play.ts');
  const { openVirtualWorld } = await import('#simulator/world/virtualWorld.ts');
  const story = async (name: string): Promise<Seen | undefined> => {
    const played = await playFile(name, openVirtualWorld);
    return played.ok ? seenIn(played.value) : { by: 'step', rule, message: played.problem[0]?.message ?? '' };
  };
  const storm = async (seed: number): Promise<Seen | undefined> => {
    const { outcome } = await playStorm(drawStorm({ seed, days: stormDays }), openVirtualWorld);
    return seenIn(outcome);
  };
  const seeds = Array.from({ length: storms }, (_, index) => index + 1);
  return [
    ...stories.map((name): Piece => [name, () => story(name)]),
    ...seeds.map((seed): Piece => [`storm ${seed}`, () => storm(seed)]),
  ];
}

function thrown(error: unknown): Seen {
  return { by: 'program', rule, message: error instanceof Error ? error.message : String(error) };
}

/** Who saw that something is wrong: a checker that is always on, or a step of the story. */
function seenIn({ verdict, violations, steps }: Outcome): Seen | undefined {
  if (verdict === 'passed') return undefined;
  const [first] = violations;
  if (first !== undefined) return { by: first.checker, rule: first.rule, message: first.message };
  const step = steps.find((one) => one.verdict !== 'passed');
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
