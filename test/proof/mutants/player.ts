/**
 * A process of its own for each bug: what is loaded cannot be unloaded. It is forked with the bug's name, and is sent the
 * stories; it plays them until one fails, and sends back which.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Outcome } from '#simulator/scenario/runner.ts';
import { mutate } from './mutant.ts';
import { mutants } from './mutants.ts';

/** What became of a bug: how many stories were played, and the one that failed with who saw it. */
export interface Played {
  stories: number;
  caught?: { story: string; by: string; rule: string; message: string };
}

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

async function play(files: readonly string[]): Promise<Played> {
  const { playFile } = await import('#simulator/scenario/play.ts');
  const { openVirtualWorld } = await import('#simulator/world/virtualWorld.ts');
  if (!isLoaded) throw new Error(`${file} was not loaded: nothing of this bug was tried`);
  for (const [index, story] of files.entries()) {
    const stories = index + 1;
    try {
      const played = await playFile(story, openVirtualWorld);
      const seen = played.ok ? seenIn(played.value) : { by: 'step', rule, message: played.problem[0]?.message ?? '' };
      if (seen !== undefined) return { stories, caught: { story, ...seen } };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { stories, caught: { story, by: 'program', rule, message } };
    }
  }
  return { stories: files.length };
}

/** Who saw that something is wrong: a checker that is always on, or a step of the story. */
function seenIn({ verdict, violations, steps }: Outcome): { by: string; rule: string; message: string } | undefined {
  if (verdict === 'passed') return undefined;
  const [first] = violations;
  if (first !== undefined) return { by: first.checker, rule: first.rule, message: first.message };
  const step = steps.find((one) => one.verdict !== 'passed');
  return { by: step?.threw === true ? 'program' : 'step', rule, message: step?.problem ?? '' };
}

process.once('message', (files: readonly string[]) => {
  void play(files).then(
    (played) => process.send?.(played, () => process.disconnect()),
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
      process.disconnect();
    },
  );
});
