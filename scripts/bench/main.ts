/** `npm run bench`: ratios against a floor measured in the same run. docs/performance.md says what they mean. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { behindHeartbeat } from './behindHeartbeat.ts';
import { type Benchmark, CannotRun } from './benchmark.ts';
import { bytesPerCommit } from './bytesPerCommit.ts';
import { thisMachine, wordsOf } from './machine.ts';
import { drain } from './drain.ts';
import { heartbeatBytes } from './heartbeatBytes.ts';
import { press } from './press.ts';
import { simulation } from './simulation.ts';
import { start } from './start.ts';
import { type Result, tableOf, toResult } from './table.ts';

const benchmarks: readonly Benchmark[] = [
  press,
  behindHeartbeat,
  bytesPerCommit,
  heartbeatBytes,
  drain,
  start,
  simulation,
];

const fewestPairs = 5;

const usage = `npm run bench -- [NAME ...] [--json] [--pairs N] [--folder DIR]

Benchmarks as ratios against a floor measured in the same run, in turns. Targets are told, not asserted.

${benchmarks.map(({ name, what }) => `  ${name.padEnd(18)}${what}`).join('\n')}

  --pairs N     how often floor and product are measured, at least ${fewestPairs} (default)
  --folder DIR  where journals are kept meanwhile: the disk under it is part of what is measured (default ${tmpdir()})
  --json        one JSON object, for machines

Exit status: 0 all ran, whatever their verdicts; 1 one could not run; 2 the call is wrong; 130 interrupted.`;

interface Call {
  chosen: readonly Benchmark[];
  pairs: number;
  folder: string;
  json: boolean;
}

interface Failure {
  name: string;
  reason: string;
}

/** The call, or the exit status after it was answered here. */
function readCall(): Call | 0 | 2 {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        pairs: { type: 'string', default: String(fewestPairs) },
        folder: { type: 'string', default: tmpdir() },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      return 0;
    }
    const pairs = Number(values.pairs);
    const unknown = positionals.find((wanted) => !benchmarks.some(({ name }) => name === wanted));
    if (unknown !== undefined) throw new Error(`there is no benchmark ${unknown}`);
    if (!Number.isSafeInteger(pairs) || pairs < fewestPairs) {
      throw new Error(`--pairs ${values.pairs}: right would be a whole number from ${fewestPairs}`);
    }
    if (statSync(values.folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new Error(`--folder ${values.folder}: there is no such folder`);
    }
    const chosen = benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
    return { chosen, pairs, folder: values.folder, json: values.json };
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)} (say --help for what there is)`);
    return 2;
  }
}

async function run(call: Call): Promise<0 | 1> {
  const results: Result[] = [];
  const failures: Failure[] = [];
  for (const benchmark of call.chosen) {
    try {
      results.push(...(await runInFolder(benchmark, call)));
    } catch (error) {
      failures.push({ name: benchmark.name, reason: reasonOf(error) });
    }
  }
  print(results, failures, call.json);
  return failures.length === 0 ? 0 : 1;
}

async function runInFolder(benchmark: Benchmark, { pairs, folder: parent }: Call): Promise<Result[]> {
  const folder = mkdtempSync(join(parent, 'welfare-hub-bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const measures = await benchmark.run({ pairs, folder, progress: (line) => console.error(line) });
    return measures.map(toResult);
  } finally {
    process.removeListener('exit', remove);
    remove();
  }
}

/** A machine that lacks something is told in a sentence; what else went wrong is a mistake, and its trace is wanted. */
function reasonOf(error: unknown): string {
  if (error instanceof CannotRun) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function print(results: readonly Result[], failures: readonly Failure[], json: boolean): void {
  const machine = thisMachine();
  if (json) {
    console.log(JSON.stringify({ machine, results, failures }, null, 2));
    return;
  }
  if (results.length > 0) tableOf(results).forEach((line) => console.log(line));
  failures.forEach(({ name, reason }) => console.log(`${name}: could not run: ${reason}`));
  console.log(wordsOf(machine));
}

// What was started, mounted or written goes when the process exits, so a signal only has to make it exit.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const call = readCall();
process.exitCode = typeof call === 'number' ? call : await run(call);
