/** `npm run proof -- kills`: the hub is killed before every write and sync on the way of an alarm, and started again. */
import { parseArgs } from 'node:util';
import { createRealRandom } from '#agent/runtime/random.ts';
import { problemsOf, proveKills, tableOf, totalOf } from './proof.ts';

const usage = `npm run proof -- kills [--sample N] [--workers W]

A hub as a process of its own, on a pseudo terminal and a real broker, is killed before each of its writes and syncs: from
the telegram on the line to the journal, the message, the acknowledgement, light and sound; and again while it starts with
an alarm that waits. Started again, everything goes on (B6.6): the press is one case at the centre, nothing is doubled and
nothing falsely acknowledged. A press that was not committed yet is pressed again.

  --sample N   so many of the calls of each phase, drawn by chance (default all)
  --workers W  how many homes at a time (default 2)

Exit status: 0 the proof holds, 1 it does not, 2 the call is wrong.`;

function readCall() {
  const { values } = parseArgs({
    options: {
      sample: { type: 'string' },
      workers: { type: 'string', default: '2' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { sample, workers, help } = values;
  return {
    help,
    workers: whole('workers', workers),
    ...(sample === undefined ? {} : { sample: whole('sample', sample) }),
  };
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`--${name} ${text}: right would be a whole number from 1`);
}

async function main(): Promise<0 | 1 | 2> {
  let call: ReturnType<typeof readCall>;
  try {
    call = readCall();
  } catch (error) {
    console.error(`kills: ${error instanceof Error ? error.message : String(error)} (say --help for what there is)`);
    return 2;
  }
  if (call.help) {
    console.log(usage);
    return 0;
  }
  const onTrial = (): boolean => process.stderr.write('.');
  const result = await proveKills({ ...call, random: createRealRandom(), onTrial });
  process.stderr.write('\n');
  tableOf(result).forEach((line) => console.log(line));
  console.log(totalOf(result));
  return problemsOf(result).length === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`kills: the proof could not be made: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
});
