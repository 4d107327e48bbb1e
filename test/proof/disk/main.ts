/** `npm run proof -- disk`: a hub on every kind of bad disk, and what becomes of its alarms. */
import { parseArgs } from 'node:util';
import { problemsOf, proveDisks, tableOf, totalOf } from './proof.ts';

const usage = `npm run proof -- disk [--only WORDS] [--times N] [--workers W]

A hub as a process of its own, on a pseudo terminal and a real broker, with its journal on a disk that is full, fails, is
read-only or slow, or with a journal that is damaged, cut off, empty, gone, or of another version. Each alarm is one case at
the centre, the fault is told, and so is that all is well again (B1.1, B13.2, B16). Needs root, for disks of its own.

  --only WORDS  those kinds alone whose names hold these words
  --times N     each kind so often (default 1)
  --workers W   how many homes at a time (default 2)

Exit status: 0 the proof holds, 1 it does not, 2 the call is wrong.`;

function whole(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`--${name} ${text}: right would be a whole number from 1`);
}

function readCall() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      times: { type: 'string', default: '1' },
      workers: { type: 'string', default: '2' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { only, times, workers, help } = values;
  return { help, only, times: whole('times', times), workers: whole('workers', workers) };
}

async function main(): Promise<0 | 1 | 2> {
  let call: ReturnType<typeof readCall>;
  try {
    call = readCall();
  } catch (error) {
    console.error(`disk: ${error instanceof Error ? error.message : String(error)} (say --help for what there is)`);
    return 2;
  }
  if (call.help) {
    console.log(usage);
    return 0;
  }
  const trials = await proveDisks({ ...call, onTrial: () => process.stderr.write('.') });
  process.stderr.write('\n');
  tableOf(trials).forEach((line) => console.log(line));
  const problems = problemsOf(trials);
  problems.forEach((problem) => console.log(problem));
  console.log(totalOf(trials));
  return problems.length === 0 && trials.length > 0 ? 0 : 1;
}

process.exitCode = await main();
