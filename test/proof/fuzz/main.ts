import { parseArgs } from 'node:util';
import { createSeededRandom } from '#test/seededRandom.ts';
import { type Campaign, runCampaign } from './campaign.ts';
import { cases } from './cases.ts';
import { startCoverage } from './coverage.ts';
import { feed } from './run.ts';
import { targetNamed, targets } from './targets.ts';
import { feedWorst } from './worst.ts';

const usage = `npm run proof -- fuzz [options]

Feeds everything that reads bytes or text from outside with damaged examples, and tells what it found.

  --target NAME   those readers alone whose names hold it
  --minutes N     how long in all, shared by the readers; default 2
  --guided        inputs that reach code which none before them reached become examples that others are made of
  --seed N        the same inputs as with this seed before
  --help          this`;

interface Options {
  target: string;
  minutes: number;
  guided: boolean;
  seed: number;
}

function run({ target, minutes, guided, seed }: Options): number {
  const chosen = targets.filter(({ name }) => name.toLowerCase().includes(target.toLowerCase()));
  if (chosen.length === 0) {
    console.error(`there is no target ${target}; known are\n${targets.map(({ name }) => `  ${name}`).join('\n')}`);
    return 2;
  }
  console.log(`seed ${seed}, ${chosen.length} readers, ${minutes} minutes${guided ? ', guided by what runs' : ''}`);
  const coverage = guided ? startCoverage() : undefined;
  let broken = 0;
  console.log(head);
  for (const one of chosen) {
    const untilMs = performance.now() + (minutes * 60_000) / chosen.length;
    const isOver = (): boolean => performance.now() >= untilMs;
    const campaign = runCampaign({ target: one, random: createSeededRandom(seed), isOver, coverage });
    tell(campaign);
    broken += campaign.findings.length;
    for (const { what, finding } of feedWorst(one)) broken += told(what, finding);
  }
  coverage?.stop();
  for (const one of cases.filter((known) => chosen.some(({ name }) => name === known.target))) {
    broken += told(`case ${one.name}`, feed(targetNamed(one.target), one.input, [one.input.length]).finding);
  }
  console.log(broken === 0 ? 'nothing was found' : `${broken} promises were broken`);
  return broken === 0 ? 0 : 1;
}

const head = row('reader', 'runs', 'blocks', 'kept', 'worst ms/KB', 'worst heap KB', 'findings');

function tell({ name, runs, blocks, kept, worstMsPerKb, worstHeapBytes, findings }: Campaign): void {
  const heapKb = Math.round(worstHeapBytes / 1024);
  console.log(row(name, runs, blocks, kept, worstMsPerKb.toFixed(2), heapKb, findings.length));
  for (const { finding, input, times } of findings) {
    console.log(`  ${times} times: ${finding.slice(0, 600)}`);
    console.log(`  the shortest, in base64: ${Buffer.from(input).toString('base64')}`);
  }
}

function row(name: string, ...cells: readonly (string | number)[]): string {
  return name.padEnd(34) + cells.map((cell) => String(cell).padStart(14)).join('');
}

function told(what: string, finding: string | undefined): number {
  if (finding === undefined) return 0;
  console.log(`  ${what}: ${finding.slice(0, 600)}`);
  return 1;
}

/** What the words ask for; nothing where they are wrong, and why is told. */
function readOptions(words: readonly string[]): Options | 'help' | undefined {
  const options = { target: { type: 'string' }, minutes: { type: 'string' }, seed: { type: 'string' } } as const;
  const flags = { guided: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  try {
    const { values } = parseArgs({ args: [...words], options: { ...options, ...flags } });
    const { target = '', minutes = '2', guided = false, seed = String(Date.now() % 2 ** 31) } = values;
    if (values.help === true) return 'help';
    if (!/^\d{1,5}(\.\d+)?$/u.test(minutes)) throw new Error(`--minutes ${minutes}: right would be a number`);
    if (!/^\d{1,10}$/u.test(seed)) throw new Error(`--seed ${seed}: right would be a whole number`);
    return { target, minutes: Number(minutes), guided, seed: Number(seed) };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
}

const asked = readOptions(process.argv.slice(2));
if (asked === 'help') console.log(usage);
else process.exitCode = asked === undefined ? 2 : run(asked);
