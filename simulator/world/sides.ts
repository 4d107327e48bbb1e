import type { Random } from '#protocol/core/time.ts';
import type { Side, SideOptions } from './side.ts';

type CreateSide = (options: SideOptions) => Side;

/** Everything around the hub beside its radio, its network and its centres. A new one is a line here. */
const all: readonly CreateSide[] = [];

/** The first number of the sequences from which the sides draw; the world's own are below. */
const firstRandom = 100;

export function createSides({
  random,
  ...options
}: Omit<SideOptions, 'random'> & { random(part: number): Random }): Side[] {
  return all.map((create, index) => create({ ...options, random: random(firstRandom + index) }));
}
