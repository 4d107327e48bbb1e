import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { Command, InvalidArgumentError } from 'commander';
import { writeYaml } from '#protocol/configuration/yamlText.ts';
import type { Random } from '#protocol/core/time.ts';
import { drawStorm, type FaultWeights } from '#simulator/storm/draw.ts';
import { type Figures, figuresOf, noFigures, sum, toldFigures } from '#simulator/storm/figures.ts';
import { faultNames, readFaultsFile } from '#simulator/storm/faultsFile.ts';
import { playStorm, storyOf, type Weathered } from '#simulator/storm/play.ts';
import { shrinkStorm } from '#simulator/storm/shrink.ts';
import type { OpenWorld } from '#simulator/world/world.ts';

export interface StormPorts {
  random: Random;
  openVirtualWorld: OpenWorld;
}

interface Options {
  seed?: number;
  hubs: number;
  days: number;
  calm: number;
  faults?: string;
  jobs: number;
  story?: string;
  json?: boolean;
}

/** A seed can be typed. */
const seedLimit = 1_000_000_000;
/** A year; and of as dense a life as usual, what is still a scenario's length. */
const daysLimit = 366;
const denseDaysLimit = 10;

const example = `
Everything that a home knows goes on while what it depends on breaks; then all is put right, and everything must arrive.
Each hub has a world and a seed of its own: --seed, and the numbers after it. The faults of a file are factors by name:
${faultNames.join(', ')}.

Examples:
  $ welfare-hub storm                          twenty hubs, with a seed that is drawn and told
  $ welfare-hub storm --seed 7 --hubs 1        one storm again
  $ welfare-hub storm --hubs 1000 --days 3
  $ welfare-hub storm --hubs 100 --days 30 --calm 20   long lives, in which less befalls them

Exit status: 0 all held, 1 something was broken, 2 the call or a file is wrong.`;

/** `welfare-hub storm`: seeded storms of faults in virtual time, and what must hold whatever breaks. */
export function stormCommand(ports: StormPorts): Command {
  return new Command('storm')
    .option('--seed <number>', 'the first seed (default: drawn)', wholeUpTo(seedLimit))
    .option('--hubs <count>', 'so many hubs, each in a world of its own', wholeUpTo(1_000_000), 20)
    .option('--days <days>', 'how long things break, in each world', readDays, 1)
    .option('--calm <times>', 'so many times as long from one happening to the next', wholeUpTo(1_000), 1)
    .option('--faults <file>', 'how often each fault comes, as factors: link: 3')
    .option('--jobs <count>', 'so many at once', wholeUpTo(64), availableParallelism())
    .option('--story <file>', 'where the shrunk story of the first failure goes (default: storm-SEED.yaml)')
    .option('--json', 'one JSON object a storm, and one of them all')
    .addHelpText('after', example)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (options: Options) => {
      process.exitCode = await run(options, ports);
    });
}

function wholeUpTo(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/u.test(text) || value < 1 || value > most) {
      throw new InvalidArgumentError(`Right would be a whole number from 1 to ${most}.`);
    }
    return value;
  };
}

function readDays(text: string): number {
  const days = Number(text);
  if (!/^\d+(\.\d+)?$/u.test(text) || days <= 0 || days > daysLimit) {
    throw new InvalidArgumentError(`Right would be a number of days above 0, up to ${daysLimit}.`);
  }
  return days;
}

/** What one storm came to, as a line of a process that plays some of them. */
interface Told {
  seed: number;
  figures: Figures;
  problems: readonly string[];
}

async function run(options: Options, ports: StormPorts): Promise<number> {
  const weights = options.faults === undefined ? undefined : readFaultsFile(options.faults);
  if (weights?.ok === false) {
    console.error(weights.problem);
    return 2;
  }
  const { hubs, days, calm, json = false } = options;
  if (days / calm > denseDaysLimit) {
    console.error(
      `${days} days are too many at this pace; right would be ${denseDaysLimit * calm} at most, or --calm ${Math.ceil(days / denseDaysLimit)}`,
    );
    return 2;
  }
  const first = options.seed ?? 1 + Math.floor(ports.random() * (seedLimit - hubs));
  const play = async (seed: number): Promise<Weathered> =>
    await playStorm(drawStorm({ seed, days, calm, ...weightsOf(weights) }), ports.openVirtualWorld);
  let total = noFigures;
  const failed: Told[] = [];
  const tell = (told: Told): void => {
    total = sum(total, told.figures);
    if (told.problems.length > 0) failed.push(told);
    if (json) console.log(JSON.stringify(told));
    else showProgress(total, hubs);
  };
  if (options.jobs === 1 || hubs === 1) {
    for (let seed = first; seed < first + hubs; seed += 1) {
      tell(await play(seed).then(toldOf, (error: unknown) => brokenWorld(seed, error)));
    }
  } else {
    await inProcesses(options, first, tell);
  }
  if (!json) failed.forEach((told) => showFailure(told, options));
  const worst = failed.toSorted((one, other) => one.seed - other.seed)[0];
  if (worst !== undefined && (!json || options.story !== undefined)) {
    const again = await play(worst.seed).catch(() => undefined);
    const file = options.story ?? `storm-${worst.seed}.yaml`;
    if (again !== undefined) await shrink(again, file, ports.openVirtualWorld);
  }
  if (json) console.log(JSON.stringify({ seed: first, total }));
  else console.log(`seeds ${first} to ${first + hubs - 1}: ${toldFigures(total)}`);
  return total.failed === 0 ? 0 : 1;
}

function weightsOf(weights: { ok: true; value: FaultWeights } | undefined): { weights?: FaultWeights } {
  return weights === undefined ? {} : { weights: weights.value };
}

function toldOf(weathered: Weathered): Told {
  const { storm, problems } = weathered;
  return { seed: storm.seed, figures: figuresOf(weathered), problems };
}

/** What is thrown through a whole world is as wrong as a rule that is broken. */
function brokenWorld(seed: number, error: unknown): Told {
  const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { seed, figures: { ...noFigures, hubs: 1, failed: 1 }, problems: [problem] };
}

/** Each process plays its share of the seeds, one after the other. */
async function inProcesses(
  { hubs, days, calm, faults, jobs }: Options,
  first: number,
  tell: (told: Told) => void,
): Promise<void> {
  const share = Math.ceil(hubs / Math.min(jobs, hubs));
  const works: Promise<void>[] = [];
  for (let from = 0; from < hubs; from += share) {
    const count = Math.min(share, hubs - from);
    const words = ['--seed', first + from, '--hubs', count, '--days', days, '--calm', calm].map(String);
    works.push(inProcess([...words, ...(faults === undefined ? [] : ['--faults', faults])], count, tell));
  }
  await Promise.all(works);
}

/** Throws when the process ends before each of its storms is told. */
async function inProcess(words: readonly string[], count: number, tell: (told: Told) => void): Promise<void> {
  const [program = ''] = process.argv.slice(1);
  const child = spawn(process.execPath, [program, 'storm', '--json', '--jobs', '1', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let toldOnes = 0;
  const lines = createInterface({ input: child.stdout }).on('line', (line) => {
    const told: Partial<Told> = JSON.parse(line);
    if (told.figures === undefined) return;
    toldOnes += 1;
    tell({ seed: told.seed ?? 0, figures: told.figures, problems: told.problems ?? [] });
  });
  const [code] = await Promise.all([once(child, 'exit').then(([status]: unknown[]) => status), once(lines, 'close')]);
  if (toldOnes < count) throw new Error(`a part of the storm ended with ${String(code)} after ${toldOnes} of ${count}`);
}

function showProgress({ hubs: done, failed }: Figures, hubs: number): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r${done} of ${hubs} hubs, ${failed} failed`.concat(done === hubs ? '\n' : ''));
}

const shownProblems = 5;

function showFailure({ seed, problems }: Told, { days, calm, faults }: Options): void {
  const others = `${calm === 1 ? '' : ` --calm ${calm}`}${faults === undefined ? '' : ` --faults ${faults}`}`;
  const again = `welfare-hub storm --seed ${seed} --hubs 1 --days ${days}${others}`;
  console.log(`FAIL  ${again}`);
  for (const problem of problems.slice(0, shownProblems)) console.log(`      ${problem}`);
  if (problems.length > shownProblems) console.log(`      and ${problems.length - shownProblems} more`);
}

/** Writes the smallest storm that fails in the same way as a story of its own. */
async function shrink(failed: Weathered, file: string, openWorld: OpenWorld): Promise<void> {
  const smallest = await shrinkStorm(failed, openWorld);
  const document = storyOf(smallest);
  writeFileSync(file, writeYaml(document));
  console.error(`${file}: the same with ${document.steps.length} steps; welfare-hub scenario run ${file} plays it`);
}
