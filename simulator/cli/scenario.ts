import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Clock } from '#protocol/core/time.ts';
import { nearest } from '#protocol/core/nearest.ts';
import { chooseBroker } from '#simulator/network/realBroker.ts';
import { reportFormats, reportNames } from '#simulator/report/formats.ts';
import { exitStatusOf, type Played } from '#simulator/report/result.ts';
import { findScenarios } from '#simulator/scenario/files.ts';
import { formatFileProblem, loadScenario } from '#simulator/scenario/load.ts';
import { paceWorld } from '#simulator/scenario/pace.ts';
import { playFile } from '#simulator/scenario/play.ts';
import { scenarioSchemaText } from '#simulator/scenario/schema.ts';
import type { RealWorldPorts } from '#simulator/world/realWorld.ts';
import type { OpenWorld } from '#simulator/world/world.ts';

const exitCodes = { passed: 0, failed: 1, wrongCallOrFile: 2 } as const;

export interface ScenarioPorts {
  clock: Clock;
  /** Opens a world in virtual time. */
  openVirtualWorld: OpenWorld;
  /** Opens those in real time: a pseudo terminal, sockets, a broker, files. */
  openRealWorlds(ports: RealWorldPorts): OpenWorld;
}

interface ReportWish {
  format: (typeof reportNames)[number];
  /** None: standard output. */
  file: string | undefined;
}

interface RunOptions {
  time: 'virtual' | 'real';
  speed?: number;
  report: readonly ReportWish[];
  jobs: number;
}

const example = `
A folder is walked for *.yaml. Reports: ${reportNames.join(', ')}; NAME=FILE writes one to a file.

Examples:
  $ welfare-hub scenario run test/scenarios
  $ welfare-hub scenario run story.yaml --report html=story.html --report junit=story.xml
  $ welfare-hub scenario run story.yaml --speed 60

Exit status: 0 all passed, 1 some failed, 2 the call or a file is wrong.`;

/** `welfare-hub scenario`: stories of a home, played and judged. */
export function scenarioCommand(ports: ScenarioPorts): Command {
  const command = new Command('scenario');
  command.exitOverride(exit).helpCommand(false);
  command.addCommand(runCommand(ports)).addCommand(checkCommand()).addCommand(schemaCommand());
  return command;
}

function runCommand(ports: ScenarioPorts): Command {
  return new Command('run')
    .description('plays scenarios and tells which passed')
    .argument('<files...>', 'files, or folders of them')
    .addOption(new Option('--time <kind>', 'in which kind of time').choices(['virtual', 'real']).default('virtual'))
    .option('--speed <times>', 'to watch: so many times as fast as life', readSpeed)
    .option('--report <name=file>', 'a report, again for more (default: pretty)', addReport, [])
    .option('--jobs <count>', 'so many at once', readJobs, 1)
    .addHelpText('after', example)
    .exitOverride(exit)
    .action(async (named: string[], options: RunOptions) => {
      process.exitCode = await run(named, options, ports);
    });
}

function checkCommand(): Command {
  return new Command('check')
    .description('says what is wrong with scenarios, without playing them')
    .argument('<files...>', 'files, or folders of them')
    .addHelpText('after', '\nExample:\n  $ welfare-hub scenario check story.yaml')
    .exitOverride(exit)
    .action((named: string[]) => {
      process.exitCode = check(named);
    });
}

function schemaCommand(): Command {
  return new Command('schema')
    .description('the JSON Schema of scenarios, for editors')
    .addHelpText('after', '\nExample:\n  $ welfare-hub scenario schema > scenario.schema.json')
    .exitOverride(exit)
    .action(() => {
      process.stdout.write(scenarioSchemaText());
    });
}

function exit({ exitCode }: { exitCode: number }): never {
  process.exit(exitCode === 0 ? exitCodes.passed : exitCodes.wrongCallOrFile);
}

function readSpeed(text: string): number {
  const speed = Number(text);
  if (!/^\d+(\.\d+)?$/u.test(text) || speed <= 0 || speed > 1_000_000) {
    throw new InvalidArgumentError('Right would be a number above 0, such as 60.');
  }
  return speed;
}

function readJobs(text: string): number {
  const jobs = Number(text);
  if (!/^\d+$/u.test(text) || jobs < 1 || jobs > 64) {
    throw new InvalidArgumentError('Right would be a number from 1 to 64.');
  }
  return jobs;
}

function addReport(text: string, wishes: readonly ReportWish[]): ReportWish[] {
  const [name = '', ...rest] = text.split('=');
  const format = reportNames.find((known) => known === name);
  if (format === undefined) {
    const meant = nearest(name, reportNames);
    throw new InvalidArgumentError(
      meant === undefined ? `Right would be one of ${reportNames.join(', ')}.` : `Did you mean ${meant}?`,
    );
  }
  const file = rest.join('=');
  if (rest.length > 0 && file === '') throw new InvalidArgumentError(`Right would be ${format}=FILE.`);
  return [...wishes, { format, file: rest.length === 0 ? undefined : file }];
}

async function run(named: readonly string[], options: RunOptions, ports: ScenarioPorts): Promise<number> {
  const { time, speed } = options;
  if (time === 'real' && speed !== undefined) {
    console.error('--speed is for virtual time: real time passes by itself');
    return exitCodes.wrongCallOrFile;
  }
  const { files, problems } = findScenarios(named);
  problems.forEach((problem) => console.error(formatFileProblem(problem)));
  const { clock } = ports;
  const inTime = time === 'real' ? inRealTime(ports) : ports.openVirtualWorld;
  const openWorld: OpenWorld =
    speed === undefined ? inTime : async (worldOptions) => paceWorld(await inTime(worldOptions), speed, clock);
  const results = await playAll(files, openWorld, options.jobs, clock);
  const isWritten = tell(results, options.report);
  if (problems.length > 0 || !isWritten) return exitCodes.wrongCallOrFile;
  return exitStatusOf(results);
}

/** On mosquitto where it is installed, and says so. */
function inRealTime({ clock, openRealWorlds }: ScenarioPorts): OpenWorld {
  const { startBroker, told } = chooseBroker();
  console.error(told);
  return openRealWorlds({ clock, startBroker });
}

/** Plays the files, so many at once, and keeps their order. */
async function playAll(files: readonly string[], openWorld: OpenWorld, jobs: number, clock: Clock): Promise<Played[]> {
  const results: Played[] = [];
  let next = 0;
  async function work(): Promise<void> {
    for (let place = next++; place < files.length; place = next++) {
      const file = files[place] ?? '';
      const beganMs = clock.monotonicMs();
      const startedAt = new Date(clock.wallMs()).toISOString();
      const played = await playFile(file, openWorld);
      const times = { file, startedAt, elapsedMs: Math.round(clock.monotonicMs() - beganMs) };
      results[place] = played.ok ? { ...times, outcome: played.value } : { ...times, problems: played.problem };
    }
  }
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}

/** Writes the reports; false when a file cannot be written. A wrong file is told on standard error, unless a person sees it already. */
function tell(results: readonly Played[], wishes: readonly ReportWish[]): boolean {
  const toScreen = wishes.some(({ file }) => file === undefined);
  const all: readonly ReportWish[] = toScreen ? wishes : [{ format: 'pretty', file: undefined }, ...wishes];
  const isPretty = all.some(({ format, file }) => format === 'pretty' && file === undefined);
  const isShown = isPretty && process.stdout.isTTY && process.stderr.isTTY;
  for (const played of isShown ? [] : results) {
    if ('problems' in played) played.problems.forEach((problem) => console.error(formatFileProblem(problem)));
  }
  for (const { format, file } of all) {
    const text = reportFormats[format](results);
    if (file === undefined) {
      process.stdout.write(text);
      continue;
    }
    try {
      writeFileSync(file, text);
    } catch (error) {
      console.error(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
  return true;
}

function check(named: readonly string[]): number {
  const { files, problems } = findScenarios(named);
  const found = files.flatMap((file) => {
    const loaded = loadScenario(file);
    return loaded.ok ? [] : loaded.problem;
  });
  const wrong = [...problems, ...found];
  wrong.forEach((problem) => console.error(formatFileProblem(problem)));
  if (wrong.length > 0) return exitCodes.wrongCallOrFile;
  console.log(files.length === 1 ? 'the scenario is right' : `all ${files.length} scenarios are right`);
  return exitCodes.passed;
}
