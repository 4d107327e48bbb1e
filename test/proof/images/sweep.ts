import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '#protocol/core/time.ts';
import { createSeededRandom } from '#simulator/seededRandom.ts';
import { type Disk, fingerprintOf, type Image, playDisk } from './disk.ts';
import { type DeedStates, livePeacefully } from './expectations.ts';
import { atLeast, type Model, models } from './models.ts';
import type { Recording } from './recorder.ts';
import { type Expectation, judge, type Verdict } from './verdict.ts';

/** What became of the images of one model. */
export interface Tally {
  images: number;
  clean: number;
  recovered: number;
  refused: number;
  lost: number;
  wrong: number;
}

/** An image that was refused, lost something or was wrong. */
export interface Finding {
  seed: number;
  model: string;
  /** The power went after this step of the record, within this deed or after it. */
  step: number;
  deed: string;
  is: Verdict['is'];
  why: string;
}

export interface SweepResult {
  /** By the name of the model. */
  tallies: Readonly<Record<string, Tally>>;
  /** The first of them. */
  findings: readonly Finding[];
  /** The steps of the record after which the power went. */
  moments: number;
}

const findingsLimit = 20;

/** So many draws in a row that bring nothing new, and a stretch of the record has no more to give. */
const vainDraws = 50;

/** Of what is to be drawn, so much may be models that can be told in full; the rest is left to chance. */
const fullShare = 0.6;

interface Moment {
  step: number;
  disk: Disk;
}

/** All moments from the end of a deed to the end of the next one: the same is promised, or nearly. */
interface Stretch {
  moments: readonly (Moment & { expected: Expectation; deed: string })[];
  /** How much there is to try, roughly. */
  weight: number;
}

export interface SweepOptions {
  /** About so many images are made. */
  count: number;
  /** Where they are laid down. */
  parent: string;
  among?: readonly Model[];
  /** Is told each image that is as it must be. */
  onImage?(image: Image): void;
}

/** Makes different images of a record, at every moment of it and by every model, and judges each. */
export function sweep(recording: Recording, options: SweepOptions): SweepResult {
  const { count, parent, among = models, onImage = () => {} } = options;
  const { seed } = recording;
  const random = createSeededRandom(seed);
  const folder = mkdtempSync(join(parent, 'sweep-'));
  try {
    const states = livePeacefully(recording, folder);
    let [weightLeft, moments] = [0, 0];
    for (const stretch of stretchesOf(recording, states)) {
      weightLeft += stretch.weight;
      moments += stretch.moments.length;
    }
    const tallies: Record<string, Tally> = Object.fromEntries(among.map(({ name }) => [name, emptyTally()]));
    const findings: Finding[] = [];
    let left = count;
    // Gone through anew, so that the disks of one stretch at a time are held in memory.
    for (const stretch of stretchesOf(recording, states)) {
      const most = Math.round((left * stretch.weight) / weightLeft);
      weightLeft -= stretch.weight;
      for (const { model, moment, image } of differentImages(stretch.moments, { most, among, random })) {
        const verdict = judge(image, moment.expected, join(folder, 'image'));
        const tally = (tallies[model.name] ??= emptyTally());
        tally.images += 1;
        tally[verdict.is] += 1;
        left -= 1;
        if (!('why' in verdict)) onImage(image);
        else if (findings.length < findingsLimit) {
          findings.push({ seed, model: model.name, step: moment.step, deed: moment.deed, ...verdict });
        }
      }
    }
    return { tallies, findings, moments };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function emptyTally(): Tally {
  return { images: 0, clean: 0, recovered: 0, refused: 0, lost: 0, wrong: 0 };
}

/** Plays the record through and takes hold of the disk after each step. */
function* stretchesOf({ steps, life }: Recording, states: readonly DeedStates[]): Generator<Stretch> {
  const disk = playDisk();
  const before = new Map<string, number>();
  let moments: Stretch['moments'][number][] = [];
  let isWiped = false;
  let done = -1;
  let underWay: number | undefined;
  for (const [index, step] of steps.entries()) {
    disk.take(step);
    if (step.does === 'begin') underWay = step.deed;
    if (step.does === 'end') {
      if (moments.length > 0) yield { moments, weight: weightOf(moments) };
      moments = [];
      underWay = undefined;
      done = step.deed;
      before.set(states[done]?.after ?? '', done);
      isWiped ||= life[done]?.does === 'wipe';
    }
    const deed = underWay ?? done;
    if (deed < 0) continue;
    const { during = [], after = '' } = states[deed] ?? {};
    const allowed = underWay === undefined ? [after] : [...during, after];
    const expected = { allowed, before, isWiped };
    const told = `${life[deed]?.does} ${deed}${underWay === undefined ? ', done' : ''}`;
    const held = { files: new Map(disk.files), names: new Map(disk.names), pending: disk.pending };
    moments.push({ step: index, disk: held, expected, deed: told });
  }
  if (moments.length > 0) yield { moments, weight: weightOf(moments) };
}

function weightOf(moments: Stretch['moments']): number {
  return moments.reduce((sum, { disk }) => sum + 1 + disk.pending.length, 0);
}

interface Candidate {
  model: Model;
  moment: Stretch['moments'][number];
  image: Image;
}

/** Images of a stretch, each once: all that the models can tell in full where there is room for them, and drawn ones. */
function* differentImages(
  moments: Stretch['moments'],
  { most, among, random }: { most: number; among: readonly Model[]; random: Random },
): Generator<Candidate> {
  const seen = new Set<string>();
  const isNew = ({ image }: Candidate): boolean => {
    const { size } = seen;
    return seen.add(fingerprintOf(image)).size > size;
  };
  // What has just returned is always tried.
  for (const moment of moments.slice(0, 1)) {
    for (const model of atLeast.filter((model) => among.includes(model))) {
      const candidate = { model, moment, image: model.image(moment.disk, 0, random) };
      if (isNew(candidate)) yield candidate;
    }
  }
  const inFull = moments.flatMap((moment) =>
    countedVariants(moment.disk, among).map((counted) => ({ moment, ...counted })),
  );
  if (inFull.reduce((sum, { variants }) => sum + variants, 0) <= most * fullShare) {
    for (const { moment, model, variants } of inFull) {
      for (let variant = 0; variant < variants; variant += 1) {
        const candidate = { model, moment, image: model.image(moment.disk, variant, random) };
        if (isNew(candidate)) yield candidate;
      }
    }
  }
  for (let vain = 0; seen.size < most && vain < vainDraws; ) {
    const candidate = drawn(moments, among, random);
    if (candidate === undefined || !isNew(candidate)) vain += 1;
    else {
      vain = 0;
      yield candidate;
    }
  }
}

function countedVariants(disk: Disk, among: readonly Model[]): { model: Model; variants: number }[] {
  return among
    .map((model) => ({ model, variants: model.variants(disk) }))
    .filter(({ variants }) => variants > 0 && variants < Infinity);
}

function drawn(moments: Stretch['moments'], among: readonly Model[], random: Random): Candidate | undefined {
  const moment = oneOf(moments, random);
  if (moment === undefined) return undefined;
  const { disk } = moment;
  const model = oneOf(
    among.filter((model) => model.variants(disk) > 0),
    random,
  );
  if (model === undefined) return undefined;
  const variants = model.variants(disk);
  const variant = variants === Infinity ? 0 : Math.floor(random() * variants);
  return { model, moment, image: model.image(disk, variant, random) };
}

function oneOf<Thing>(things: readonly Thing[], random: Random): Thing | undefined {
  return things[Math.floor(random() * things.length)];
}
