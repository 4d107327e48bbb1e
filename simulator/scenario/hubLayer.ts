import { defaultTransmitters } from '#devices/radio/transmitters.ts';
import { accessoryKinds } from '#protocol/configuration/accessories.ts';
import { type Configuration, readConfiguration } from '#protocol/configuration/configuration.ts';
import { type DocumentProblem, shown } from '#protocol/configuration/problem.ts';
import { configurationSchema } from '#protocol/configuration/schema.ts';
import { nearest } from '#protocol/core/nearest.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { isObject } from './document.ts';

type Values = Readonly<Record<string, unknown>>;

/** What a scenario does not say: the world puts its own broker, serial port and journal in their place. */
const places = {
  hub: 'hub-0001',
  centre: { primary: { url: 'mqtt://127.0.0.1:1883' } },
  radio: { port: '/dev/welfare-hub/radio' },
};

/** The sections that a scenario may lay over the usual ones; the others are the world's own affair. */
const openSections = Object.keys(configurationSchema.properties).filter(
  (key) => !['hub', 'centre', 'radio', 'journal'].includes(key),
);

const usualKinds: readonly string[] = accessoryKinds;

/** One accessory of each kind, named by its kind. */
const usualAccessories: readonly Values[] = defaultTransmitters
  .filter(({ kind }) => usualKinds.includes(kind))
  .map(({ name, kind, id, profile }) => ({ name, kind, id, profile, location: kind === 'smoke' ? 'kitchen' : 'hall' }));

/** An accessory as it was merged, and where in the scenario it was written, if it was. */
interface Placed {
  values: Values;
  index: number | undefined;
}

/**
 * The configuration of the home: the usual one with the scenario's `hub:` laid over it. Maps are merged key by key,
 * accessories are added, and one with a known name replaces that one's keys. Problems have their place below `hub`.
 */
export function layHub(layer: unknown): Result<Configuration, readonly DocumentProblem[]> {
  if (layer !== undefined && !isObject(layer)) {
    const message = `hub is ${shown(layer)}; right would be a map with ${openSections.join(', ')}`;
    return failure([{ path: ['hub'], at: 'value', message }]);
  }
  const { accessories, ...rest } = layer ?? {};
  const closed = Object.keys(rest).filter((key) => !openSections.includes(key));
  if (closed.length > 0) return failure(closed.map(closedSection));
  if (accessories !== undefined && !Array.isArray(accessories)) {
    const message = `hub.accessories is ${shown(accessories)}; right would be a list`;
    return failure([{ path: ['hub', 'accessories'], at: 'value', message }]);
  }
  const placed = mergeAccessories(accessories ?? []);
  const read = readConfiguration({ ...places, ...rest, accessories: placed.map(({ values }) => values) });
  return read.ok ? success(read.value) : failure(read.problem.map((problem) => inScenario(problem, placed)));
}

function closedSection(key: string): DocumentProblem {
  const meant = nearest(key, openSections);
  const advice = meant === undefined ? `known are ${openSections.join(', ')}` : `did you mean "${meant}"?`;
  return { path: ['hub', key], at: 'key', message: `unknown word ${shown(key)} in hub; ${advice}` };
}

function mergeAccessories(added: readonly unknown[]): Placed[] {
  const placed: Placed[] = usualAccessories.map((values) => ({ values, index: undefined }));
  for (const [index, entry] of added.entries()) {
    const values: Values = isObject(entry) ? entry : { name: entry };
    const known = placed.findIndex((other) => other.values['name'] === values['name']);
    if (known === -1) {
      placed.push({ values: { id: spareId(index), ...values }, index });
    } else {
      placed[known] = { values: { ...withoutProfile(placed[known]?.values, values), ...values }, index };
    }
  }
  return placed;
}

/** Another kind speaks another profile; the one that was usual for the old kind goes. */
function withoutProfile(usual: Values = {}, values: Values): Values {
  const { profile: _profile, ...others } = usual;
  return values['kind'] === undefined ? usual : others;
}

/** An id for an accessory that a scenario has added without one: nobody else has it. */
function spareId(index: number): string {
  return `002b${index.toString(16).padStart(4, '0')}`;
}

/** From the place in the merged configuration to the place in the scenario. */
function inScenario({ path, at, message }: DocumentProblem, placed: readonly Placed[]): DocumentProblem {
  const [section, place, ...rest] = path;
  if (section !== 'accessories' || typeof place !== 'number') {
    return { path: ['hub', ...path], at, message: `hub: ${message}` };
  }
  const index = placed[place]?.index;
  const inList = index === undefined ? [] : [index, ...rest];
  // The message counts the usual accessories too; people count their own.
  const own = index === undefined ? message : message.replace(`accessories[${place + 1}]`, `accessories[${index + 1}]`);
  return { path: ['hub', 'accessories', ...inList], at, message: `hub: ${own}` };
}
