/** `npm run proof -- images`: what is found after a power cut at any moment, and what the journal makes of it. */
import { parseArgs } from 'node:util';
import { holds, proveImages, tableOf, totalOf, wordsOf } from './proof.ts';
import { removableSyncs, type RemovableSync } from './withoutSyncs.ts';

const usage = `npm run proof -- images [--count N] [--seed S] [--workers W] [--without SYNCS | --bad-disk]

Every write and sync of the journal is recorded while it lives, then the power is cut after each of them. What is found
on the disk is opened by the journal's own code: nothing that was committed may be missing.

  --count N        how many different images, about (default 20000)
  --seed S         draws the lives beside the first, which is always the same (default by chance)
  --workers W      how many lives at a time (default 1)
  --without SYNCS  takes syncs out of the record first, to see the proof fail:
${Object.entries(removableSyncs)
  .map(([name, says]) => `                   ${name.padEnd(14)}${says}`)
  .join('\n')}
  --bad-disk       on a disk that destroys the sector it writes when the power goes: more than is promised, for it takes
                   with it what was synced before

Exit status: 0 the proof holds, 1 it does not, 2 the call is wrong.`;

const seeds = 1_000_000_000;

function readCall() {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '20000' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * seeds)) },
      workers: { type: 'string', default: '1' },
      without: { type: 'string' },
      'bad-disk': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { without, help } = values;
  if (without !== undefined && !isRemovable(without)) throw new Error(`--without ${without}: there are no such syncs`);
  return {
    help,
    count: whole('count', values.count),
    seed: whole('seed', values.seed),
    workers: whole('workers', values.workers),
    onBadDisk: values['bad-disk'],
    ...(without === undefined ? {} : { without }),
  };
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`--${name} ${text}: right would be a whole number from 1`);
}

function isRemovable(name: string): name is RemovableSync {
  return Object.hasOwn(removableSyncs, name);
}

async function main(): Promise<0 | 1 | 2> {
  let call: ReturnType<typeof readCall>;
  try {
    call = readCall();
  } catch (error) {
    console.error(`images: ${error instanceof Error ? error.message : String(error)} (say --help for what there is)`);
    return 2;
  }
  if (call.help) {
    console.log(usage);
    return 0;
  }
  console.log(`seed ${call.seed}`);
  const result = await proveImages({ ...call, onLife: (life) => console.error(totalOf(life)) });
  result.findings.forEach((finding) => console.log(wordsOf(finding)));
  tableOf(result).forEach((line) => console.log(line));
  return holds(result) ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`images: the proof could not be made: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
});
