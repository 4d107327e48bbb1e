import type { Random } from '#protocol/core/time.ts';
import { type Disk, type Image, imageOf, isOfNames, type Pending } from './disk.ts';

/** A disk writes whole sectors of so many bytes, and nothing larger as one. */
const sectorBytes = 512;

type Write = Pending & { does: 'write' };

/** A way in which a disk may have done, at a power cut, with what it was not asked to sync. */
export interface Model {
  name: string;
  /** How many different images it has here; Infinity where they are drawn by chance, 0 where it says nothing new. */
  variants(disk: Disk): number;
  image(disk: Disk, variant: number, random: Random): Image;
}

/** The two that are tried after each deed, however few images are made. */
export const atLeast: readonly Model[] = [
  {
    name: 'all of it dropped',
    variants: () => 1,
    image: (disk) => imageOf(disk, []),
  },
  {
    name: 'all of it kept',
    variants: ({ pending }) => Math.min(1, pending.length),
    image: (disk) => imageOf(disk, disk.pending),
  },
];

export const models: readonly Model[] = [
  ...atLeast,
  {
    name: 'a prefix kept',
    variants: ({ pending }) => Math.max(0, pending.length - 1),
    image: (disk, variant) => imageOf(disk, disk.pending.slice(0, variant + 1)),
  },
  {
    name: 'a prefix of each file kept',
    variants: ({ pending }) => (new Set(pending.map(placeOf)).size > 1 ? Infinity : 0),
    image: (disk, _, random) => imageOf(disk, prefixOfEach(disk.pending, random)),
  },
  {
    name: 'one alone missing',
    variants: ({ pending }) => (pending.length > 1 ? pending.length : 0),
    image: (disk, variant) => imageOf(disk, disk.pending.toSpliced(variant, 1)),
  },
  {
    name: 'some, in another order',
    variants: ({ pending }) => (pending.length > 1 ? Infinity : 0),
    image: (disk, _, random) => imageOf(disk, shuffled(some(disk.pending, random), random)),
  },
  {
    name: 'the last one torn',
    variants: (disk) => 2 * sectorsOf(disk.pending.at(-1)).length,
    image: (disk, variant) => imageOf(disk, [...disk.pending.slice(0, -1), ...torn(disk.pending.at(-1), variant)]),
  },
  {
    name: 'torn at any sector',
    variants: ({ pending }) => (pending.flatMap(sectorsOf).length > 0 ? Infinity : 0),
    image: (disk, _, random) => imageOf(disk, some(disk.pending.flatMap(inSectors), random)),
  },
  {
    name: 'its length not yet grown',
    variants: (disk) => (disk.pending.some((step) => grows(disk, step)) ? Infinity : 0),
    image: (disk, _, random) => imageOf(disk, cutOff(disk, random)),
  },
  {
    name: 'its length grown, zeros within',
    variants: (disk) => (disk.pending.some((step) => grows(disk, step)) ? Infinity : 0),
    image: (disk, _, random) =>
      imageOf(disk, [...disk.pending.filter((step) => grows(disk, step)).map(zeroed), ...some(disk.pending, random)]),
  },
  {
    name: 'its names not yet written',
    variants: ({ pending }) => (pending.some(isOfNames) ? Infinity : 0),
    image: (disk, _, random) => {
      const arrived = new Set(some(disk.pending.filter(isOfNames), random));
      const data = random() < 0.5 ? new Set(some(disk.pending, random)) : undefined;
      return imageOf(
        disk,
        disk.pending.filter((step) => (isOfNames(step) ? arrived.has(step) : (data?.has(step) ?? true))),
      );
    },
  },
];

/**
 * What nothing here is safe from: a disk that destroys the sector it writes, and with it the end of what was synced before.
 * SQLite takes it that none does ("powersafe overwrite"); a hub needs such a disk.
 */
export const destroyed: Model = {
  name: 'the sector destroyed that was written',
  variants: ({ pending }) => (pending.some(({ does }) => does === 'write') ? Infinity : 0),
  image: (disk, _, random) => {
    const arrived = disk.pending.slice(0, 1 + Math.floor(random() * disk.pending.length));
    const sector = sectorsOf(arrived.findLast(({ does }) => does === 'write')).at(-1);
    return imageOf(disk, sector?.does === 'write' ? [...arrived, wreck(disk, arrived, sector, random)] : arrived);
  },
};

function wreck(disk: Disk, arrived: readonly Pending[], { file, offset }: Write, random: Random): Pending {
  const from = Math.floor(offset / sectorBytes) * sectorBytes;
  const to = Math.min(from + sectorBytes, lengthWith(disk, arrived, file));
  const bytes = Buffer.from(Array.from({ length: to - from }, () => Math.floor(random() * 256)));
  return { does: 'write', file, offset: from, bytes };
}

/** Some of them, in order: nearly none, half of them or nearly all. */
function some<Step>(steps: readonly Step[], random: Random): Step[] {
  const share = random();
  return steps.filter(() => random() < share);
}

function shuffled<Step>(steps: readonly Step[], random: Random): Step[] {
  return steps
    .map((step) => ({ step, place: random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ step }) => step);
}

/** What a disk keeps in order where it keeps order at all: the data of one file, or the names. */
function placeOf(step: Pending): number {
  return step.does === 'write' || step.does === 'truncate' ? step.file : 0;
}

function prefixOfEach(pending: readonly Pending[], random: Random): Pending[] {
  const left = new Map<number, number>();
  for (const place of pending.map(placeOf)) left.set(place, (left.get(place) ?? 0) + 1);
  for (const [place, count] of left) left.set(place, Math.floor(random() * (count + 1)));
  return pending.filter((step) => {
    const more = left.get(placeOf(step)) ?? 0;
    left.set(placeOf(step), more - 1);
    return more > 0;
  });
}

/** A write as the sectors of the disk that it touches, of which each arrives or not. */
function sectorsOf(step: Pending | undefined): Pending[] {
  if (step?.does !== 'write') return [];
  const sectors: Pending[] = [];
  const end = step.offset + step.bytes.length;
  for (let from = step.offset; from < end; ) {
    const to = Math.min(end, (Math.floor(from / sectorBytes) + 1) * sectorBytes);
    const bytes = step.bytes.subarray(from - step.offset, to - step.offset);
    sectors.push({ does: 'write', file: step.file, offset: from, bytes });
    from = to;
  }
  return sectors;
}

function inSectors(step: Pending): Pending[] {
  return step.does === 'write' ? sectorsOf(step) : [step];
}

/** The first sectors of it, or all but one. */
function torn(step: Pending | undefined, variant: number): Pending[] {
  const sectors = sectorsOf(step);
  return variant < sectors.length ? sectors.slice(0, variant) : sectors.toSpliced(variant - sectors.length, 1);
}

function lengthOf({ files }: Disk, file: number): number {
  return files.get(file)?.length ?? 0;
}

/** The same when these have arrived, unless one of them cuts it off. */
function lengthWith(disk: Disk, arrived: readonly Pending[], file: number): number {
  const ends = arrived.map((step) =>
    step.does === 'write' && step.file === file ? step.offset + step.bytes.length : 0,
  );
  return Math.max(lengthOf(disk, file), ...ends);
}

function grows(disk: Disk, step: Pending): step is Write {
  return step.does === 'write' && step.offset + step.bytes.length > lengthOf(disk, step.file);
}

function zeroed(step: Pending): Pending {
  return step.does === 'write' ? { ...step, bytes: Buffer.alloc(step.bytes.length) } : step;
}

/** Everything but what lies behind a length somewhere between the one that is certain and the new one. */
function cutOff(disk: Disk, random: Random): Pending[] {
  const share = random() < 0.5 ? 0 : random();
  return disk.pending.flatMap((step): Pending[] => {
    if (!grows(disk, step)) return [step];
    const longest = lengthWith(disk, disk.pending, step.file);
    const certain = lengthOf(disk, step.file);
    const cut = certain + Math.floor(share * (longest - certain));
    const kept = step.bytes.subarray(0, Math.max(0, cut - step.offset));
    return kept.length === 0 ? [] : [{ ...step, bytes: kept }];
  });
}
