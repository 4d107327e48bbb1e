import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { diesWithUs } from '#simulator/network/mosquitto.ts';
import { createSeededRandom } from '#simulator/seededRandom.ts';
import type { Image } from './disk.ts';
import { destroyed } from './models.ts';
import { makeQuickFolder } from './quickFolder.ts';
import { recordLife } from './recorder.ts';
import { emptyTally, sweep, type SweepResult, type Tally } from './sweep.ts';
import { type RemovableSync, withoutSyncs } from './withoutSyncs.ts';

/** One image of so many is what another day is lived on, with so many images of its own. */
const imagesForASecondCut = 1_500;
const imagesOfASecondCut = 200;

/** A life to record, and how many of its images to judge. */
export interface LifeOrder {
  seed: number;
  count: number;
  /** Takes these syncs out of the record first. */
  without?: RemovableSync;
  /** On a disk that destroys the sector it writes. */
  onBadDisk?: boolean;
}

function judgeLife({ seed, count, without, onBadDisk = false }: LifeOrder): SweepResult {
  const folder = makeQuickFolder();
  try {
    const recording = recordLife(seed, folder);
    const options = { count, parent: folder };
    if (without !== undefined) return sweep(withoutSyncs(recording, without), options);
    if (onBadDisk) return sweep(recording, { ...options, among: [destroyed] });
    const random = createSeededRandom(seed);
    const found: Image[] = [];
    const onImage = (image: Image): void => {
      if (random() < 1 / imagesForASecondCut) found.push(image);
    };
    const once = sweep(recording, { ...options, onImage });
    return found.map((image, index) => cutAgain(image, seed + index, folder)).reduce(together, once);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The power comes back, the journal is used for another day, and the power goes again. */
function cutAgain(image: Image, seed: number, parent: string): SweepResult {
  const folder = mkdtempSync(join(parent, 'again-'));
  try {
    const result = sweep(recordLife(seed, folder, image), { count: imagesOfASecondCut, parent: folder });
    return { ...result, tallies: { 'after another power cut': sumOf(Object.values(result.tallies)) } };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same, each life in a process of its own and some of them at a time; tells each result as it comes. */
export async function judgeLives(
  orders: readonly LifeOrder[],
  workers: number,
  onResult: (result: SweepResult) => void = () => {},
): Promise<SweepResult> {
  const left = [...orders];
  const results: SweepResult[] = [];
  const work = async (): Promise<void> => {
    for (let order = left.shift(); order !== undefined; order = left.shift()) {
      const result = await judgeElsewhere(order);
      results.push(result);
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return results.reduce(together);
}

async function judgeElsewhere(order: LifeOrder): Promise<SweepResult> {
  return await new Promise((resolve, reject) => {
    const program = [process.execPath, import.meta.filename, JSON.stringify(order)];
    const [command = '', ...words] = [...diesWithUs(), ...program];
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, complaint] = ['', ''];
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(JSON.parse(output) as SweepResult);
      else reject(new Error(`the life of seed ${order.seed} could not be judged: ${complaint}`));
    });
  });
}

function together(one: SweepResult, other: SweepResult): SweepResult {
  const names = new Set([...Object.keys(one.tallies), ...Object.keys(other.tallies)]);
  return {
    tallies: Object.fromEntries([...names].map((name) => [name, sumOf([one.tallies[name], other.tallies[name]])])),
    findings: [...one.findings, ...other.findings],
    moments: one.moments + other.moments,
  };
}

export function sumOf(tallies: readonly (Tally | undefined)[]): Tally {
  const sum = emptyTally();
  for (const tally of tallies) {
    for (const column of Object.keys(sum) as (keyof Tally)[]) sum[column] += tally?.[column] ?? 0;
  }
  return sum;
}

if (import.meta.main) {
  console.log(JSON.stringify(judgeLife(JSON.parse(process.argv[2] ?? '{}') as LifeOrder)));
}
