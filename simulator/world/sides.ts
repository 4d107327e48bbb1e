import type { Random } from '#protocol/core/time.ts';
import { createFrontSide } from './frontSide.ts';
import { createGnssSide } from './gnssSide.ts';
import { createLoads } from './loads.ts';
import { createRadarSide } from './radarSide.ts';
import { createReaderSide } from './readerSide.ts';
import { createModemSide } from './modemSide.ts';
import { createOperatorSide } from './operatorSide.ts';
import { type NetworkState, type Side, type SideOptions, stateOf } from './side.ts';
import { createSupplySide } from './supplySide.ts';
import { usualHabits } from './centreHabits.ts';
import type { WorldOptions } from './world.ts';

type CreateSide = (options: SideOptions, network: NetworkState) => Side;

/** Everything around the hub beside its radio, its network and its centres. A new one is a line here. */
const all: readonly CreateSide[] = [
  createSupplySide,
  createFrontSide,
  createGnssSide,
  createRadarSide,
  createReaderSide,
  createModemSide,
  createOperatorSide,
];

/** The first number of the sequences from which the sides draw; the world's own are below. */
const firstRandom = 100;

export function createSides({
  random,
  ...options
}: Omit<SideOptions, 'random' | 'loads'> & { random(part: number): Random }): Side[] {
  const loads = createLoads();
  const network: NetworkState = {
    isUp: () => stateOf(sides).link === 'up',
    isRegistered: () => ['home', 'roaming'].includes(stateOf(sides).registration ?? 'none'),
  };
  const sides = all.map((create, index) => create({ ...options, loads, random: random(firstRandom + index) }, network));
  return sides;
}

/** What the sides are told of the world that they are made for. */
export function surroundings({
  configuration,
  centre = usualHabits,
  realRates = false,
}: Pick<WorldOptions, 'configuration' | 'centre' | 'realRates'>): Pick<
  SideOptions,
  'configuration' | 'centre' | 'realRates'
> {
  return { configuration, centre, realRates };
}
