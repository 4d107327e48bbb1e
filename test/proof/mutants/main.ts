/** `npm run proof -- mutants`: whether bugs in the hub's source are found by the stories, the storms and the checkers. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { findScenarios } from '#simulator/scenario/files.ts';
import { mutants } from './mutants.ts';
import { falseAlarm, proveMutants, type Result, survivors, tableOf, totalOf } from './proof.ts';

const defaultStorms = 500;

const usage = `npm run proof -- mutants [--only NAME] [--storms N] [--seed N] [--no-stories] [--jobs N]

Puts one bug after another into the hub's source as it is loaded, plays the stories of test/scenarios until one fails,
and then storms of a day, every tenth of four, until one does. A bug that no story finds is a story that is missing; one that no storm finds
is a life, a fault or a checker that is missing, unless it says itself why.

  --only NAME   this bug alone, by storms too if it says that none finds it
  --storms N    so many storms at most (default ${defaultStorms}; 0 for none)
  --seed N      of the first storm (default 1); the others follow
  --no-stories  storms alone
  --jobs N      so many bugs at a time (default: half of the processor's cores)

Exit status: 0 every bug was found, 1 not, 2 the call is wrong.`;

async function main(): Promise<0 | 1 | 2> {
  const call = readCall();
  if (call.help) {
    console.log(usage);
    return 0;
  }
  const { only, 'no-stories': noStories } = call;
  const [jobs, storms, seed] = [number('jobs', call.jobs, 1), number('storms', call.storms), number('seed', call.seed)];
  const chosen = mutants.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0) throw new Error(`there is no bug ${String(only)}`);
  const { files } = findScenarios(['test/scenarios']);
  const seeds = Array.from({ length: storms }, (_, index) => seed + index);
  const results = await proveMutants({
    mutants: chosen,
    programFor: ({ onlyStories }) => ({
      stories: noStories ? [] : files,
      seeds: onlyStories === undefined || only !== undefined ? seeds : [],
    }),
    jobs,
    onResult: tellOne,
  });
  tableOf(results).forEach((line) => console.log(line));
  console.log(totalOf(results));
  const failsAnyway = await falseAlarm(results);
  if (failsAnyway !== undefined)
    console.log(`storm ${failsAnyway.in} fails without a bug too, ${failsAnyway.rule}: ${failsAnyway.message}`);
  return survivors(results).length === 0 && failsAnyway === undefined ? 0 : 1;
}

function tellOne({ mutant, stories, storms }: Result): void {
  for (const { tried, caught } of [stories, storms]) {
    if (tried === 0) continue;
    const told = caught === undefined ? 'nobody has found it' : `${caught.in}: ${caught.by}: ${caught.message}`;
    console.error(`${mutant.name}: ${told}`);
  }
}

function number(option: string, given: string, least = 0): number {
  const is = Number(given);
  if (/^\d{1,6}$/u.test(given) && is >= least) return is;
  throw new Error(`--${option} ${given}: right would be ${least} to 999999`);
}

function readCall() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      storms: { type: 'string', default: String(defaultStorms) },
      seed: { type: 'string', default: '1' },
      'no-stories': { type: 'boolean', default: false },
      jobs: { type: 'string', default: String(Math.max(1, Math.floor(availableParallelism() / 2))) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return values;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`mutants: ${error instanceof Error ? error.message : String(error)} (say --help for what there is)`);
  return 2;
});
