import { nearest } from '#protocol/core/nearest.ts';
import type { HomeChecks } from './document.ts';
import { type Home, layerProblems } from './hubLayer.ts';
import { type AccessoryPlace, fitsPlace, lackOf } from './words/places.ts';

/** The names and layers of a scenario are checked against the home that it plays in. */
export function homeChecks(home: Home): HomeChecks {
  return {
    accessory: (name, place) => accessoryProblem(home, name, place),
    tag: (name) => nameProblem('tag', name, [...home.tags, 'unknown']),
    configuration: (layer, path) => layerProblems(home, layer, path),
  };
}

function accessoryProblem({ configuration, tags }: Home, name: string, place: AccessoryPlace): string | undefined {
  const { accessories } = configuration;
  const fitting = accessories.filter(({ kind }) => fitsPlace(kind, place)).map((accessory) => accessory.name);
  const names = place === 'reporter' ? [...fitting, ...tags, 'hub'] : fitting;
  const known = accessories.find((accessory) => accessory.name === name);
  if (known !== undefined && !names.includes(name)) return `${name} ${lackOf(place)}; ${rightNames(fitting)}`;
  return nameProblem('accessory', name, names);
}

function nameProblem(what: string, name: string, names: readonly string[]): string | undefined {
  if (names.includes(name)) return undefined;
  const meant = nearest(name, names);
  const advice = meant === undefined ? rightNames(names) : `did you mean "${meant}"?`;
  return `there is no ${what} ${JSON.stringify(name)}; ${advice}`;
}

function rightNames(names: readonly string[]): string {
  if (names.length === 0) return 'nothing in this home fits';
  return `right would be ${names.length === 1 ? String(names[0]) : `one of ${names.join(', ')}`}`;
}
