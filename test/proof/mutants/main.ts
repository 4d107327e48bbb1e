/** `npm run proof -- mutants`: whether bugs in the hub's source are found by the stories and the checkers. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { findScenarios } from '#simulator/scenario/files.ts';
import { mutants } from './mutants.ts';
import { proveMutants, survivors, tableOf, totalOf } from './proof.ts';

const usage = `npm run proof -- mutants [--only NAME] [--storms N] [--jobs N]

Puts one bug after another into the hub's source as it is loaded, and plays the stories of test/scenarios until one
fails. A bug that none of them finds is a story or a checker that is missing.

  --only NAME   this bug alone
  --storms N    plays so many storms of a day, with seeds from 1 on, and no story
  --jobs N      so many at a time (default: half of the processor's cores)

Exit status: 0 every bug was found, 1 not, 2 the call is wrong.`;

async function main(): Promise<0 | 1 | 2> {
  const { only, jobs, storms, help } = readCall();
  if (help) {
    console.log(usage);
    return 0;
  }
  if (storms !== undefined && !/^[1-9]\d{0,4}$/u.test(storms)) {
    console.error(`mutants: --storms ${storms}: right would be 1 to 99999`);
    return 2;
  }
  const chosen = mutants.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0 || !/^[1-9]\d?$/u.test(jobs)) {
    console.error(
      `mutants: ${chosen.length === 0 ? `there is no bug ${String(only)}` : `--jobs ${jobs}: right would be 1 to 99`}`,
    );
    return 2;
  }
  const { files } = findScenarios(['test/scenarios']);
  const results = await proveMutants({
    mutants: chosen,
    programFor: () => (storms === undefined ? { stories: files, storms: 0 } : { stories: [], storms: Number(storms) }),
    jobs: Number(jobs),
    onResult: ({ mutant, caught }) => console.error(`${mutant.name}: ${caught?.message ?? 'nobody has found it'}`),
  });
  tableOf(results).forEach((line) => console.log(line));
  console.log(totalOf(results));
  return survivors(results).length === 0 ? 0 : 1;
}

function readCall() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      storms: { type: 'string' },
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
