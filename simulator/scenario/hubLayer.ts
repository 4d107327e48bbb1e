import { defaultTransmitters } from '#devices/radio/transmitters.ts';
import { accessoryKinds, isAccessoryKind, isRadioKind } from '#protocol/configuration/accessories.ts';
import { type Configuration, readConfiguration } from '#protocol/configuration/configuration.ts';
import { type DocumentProblem, pathName, shown } from '#protocol/configuration/problem.ts';
import { configurationSchema } from '#protocol/configuration/schema.ts';
import { nearest } from '#protocol/core/nearest.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { type ConfigurationDocument, layOver } from '#simulator/world/configurationLayer.ts';
import { centreNumber } from '#simulator/world/operatorSide.ts';
import { tagHashOf } from '#simulator/world/tagNumbers.ts';
import { isObject } from './document.ts';

type Values = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/** The home that a scenario plays in. */
export interface Home {
  configuration: Configuration;
  /** The same as it is written, every layer in it. */
  document: ConfigurationDocument;
  /** The names of the staff's tags. */
  tags: readonly string[];
}

/** Sections in whose place the world puts its own: its brokers, its serial ports, its journal. */
export const worldsAffairs: readonly string[] = ['hub', 'centre', 'radio'];

const places = {
  hub: 'hub-0001',
  centre: { primary: { url: 'mqtt://127.0.0.1:1883' } },
  radio: { port: '/dev/welfare-hub/radio' },
};

const allSections = Object.keys(configurationSchema.properties);
const openSections = allSections.filter((key) => !worldsAffairs.includes(key));
/** What a centre may send: how it is reached, too (B11.3). */
const sentSections = [...openSections, 'centre'];

const locations: Readonly<Record<string, string>> = { smoke: 'kitchen', bed: 'bedroom', mat: 'bedroom' };

/** One accessory of each kind, named by its kind; a strap sends nothing and is in no story. */
const usualAccessories = accessoryKinds
  .map((kind): string => kind)
  .filter((kind) => kind !== 'strap')
  .map((kind) => {
    const usual = defaultTransmitters.find((transmitter) => transmitter.kind === kind);
    const radio = usual === undefined ? {} : { id: usual.id, profile: usual.profile };
    return { name: kind, kind, ...radio, location: locations[kind] ?? 'hall' };
  });

/** The usual home, as it would be written. */
const usualDocument: ConfigurationDocument = {
  ...places,
  voice: { receiver: centreNumber },
  sms: { number: centreNumber },
  accessories: usualAccessories,
  modem: { pin: '1234' },
  tags: ['day-staff', 'night-staff', 'installer'].map((name) => ({
    name,
    hash: tagHashOf(places.hub, name),
    ...(name === 'installer' ? { installer: true } : {}),
  })),
};

/**
 * The home: the usual one with the scenario's `hub:` laid over it. Maps are merged key by key, accessories and tags are
 * added, and one with a known name replaces that one's keys. Problems have their place below `hub`.
 */
export function layHub(layer: unknown): Result<Home, readonly DocumentProblem[]> {
  if (layer !== undefined && !isObject(layer)) {
    const message = `hub is ${shown(layer)}; right would be a map with ${openSections.join(', ')}`;
    return failure([{ path: ['hub'], at: 'value', message }]);
  }
  const laid = lay(usualDocument, layer ?? {}, openSections);
  if (!laid.ok) return failure(laid.problem.map(below(['hub'])));
  const { document } = laid.value;
  return success({ ...laid.value, tags: namesIn(document['tags']) });
}

/** What is wrong with a configuration that the centre sends, if it is laid over the home's (B11); below `path`. */
export function layerProblems(home: Home, layer: ConfigurationDocument, path: Path): readonly DocumentProblem[] {
  const laid = lay(home.document, layer, sentSections);
  return laid.ok ? [] : laid.problem.map(below(path));
}

function lay(
  document: ConfigurationDocument,
  layer: ConfigurationDocument,
  known: readonly string[],
): Result<Pick<Home, 'configuration' | 'document'>, readonly DocumentProblem[]> {
  const closed = Object.keys(layer).filter((key) => !known.includes(key));
  if (closed.length > 0) return failure(closed.map((key) => unknownSection(key, known)));
  for (const list of ['accessories', 'tags']) {
    const entries = layer[list];
    if (entries === undefined || Array.isArray(entries)) continue;
    return failure([{ path: [list], at: 'value', message: `${list} is ${shown(entries)}; right would be a list` }]);
  }
  const laid = layOver(document, withIds(layer, document));
  const read = readConfiguration(laid);
  if (read.ok) return success({ configuration: read.value, document: laid });
  return failure(read.problem.map((problem) => inLayer(problem, laid, layer)));
}

function unknownSection(key: string, known: readonly string[]): DocumentProblem {
  const meant = nearest(key, known);
  const advice = meant === undefined ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`;
  return { path: [key], at: 'key', message: `unknown word ${shown(key)}; ${advice}` };
}

/** What was added without it gets what nobody else has: an accessory its id, a tag its number. */
function withIds(layer: ConfigurationDocument, document: ConfigurationDocument): ConfigurationDocument {
  const complete = (list: string, missing: (values: Values, index: number) => object): object => {
    const entries = layer[list];
    if (!Array.isArray(entries)) return {};
    const known = namesIn(document[list]);
    const whole = entries.map((entry: unknown, index): unknown => {
      const values: Values = isObject(entry) ? entry : { name: entry };
      const name = String(values['name']);
      return known.includes(name) ? values : { ...missing(values, index), ...values };
    });
    return { [list]: whole };
  };
  return {
    ...layer,
    ...complete('accessories', ({ kind }, index) =>
      isAccessoryKind(kind) && !isRadioKind(kind) ? {} : { id: spareId('002b0', index) },
    ),
    ...complete('tags', ({ name }) => ({ hash: tagHashOf(places.hub, String(name)) })),
  };
}

function spareId(begin: string, index: number): string {
  return `${begin}${index.toString(16).padStart(3, '0')}`;
}

function namesIn(list: unknown): string[] {
  return Array.isArray(list) ? list.flatMap((entry) => (isObject(entry) ? [String(entry['name'])] : [])) : [];
}

/** From the place in the merged configuration to the place in the layer: people count their own entries. */
function inLayer(
  { path, at, message }: DocumentProblem,
  laid: ConfigurationDocument,
  layer: ConfigurationDocument,
): DocumentProblem {
  const [section, place, ...rest] = path;
  if (typeof section !== 'string' || typeof place !== 'number') return { path, at, message };
  const index = namesIn(layer[section]).lastIndexOf(namesIn(laid[section])[place] ?? '');
  if (index === -1) return { path: [section], at, message };
  const own = message.replaceAll(pathName([section, place]), pathName([section, index]));
  return { path: [section, index, ...rest], at, message: own };
}

function below(path: Path): (problem: DocumentProblem) => DocumentProblem {
  return (problem) => ({
    ...problem,
    path: [...path, ...problem.path],
    message: `${pathName(path)}: ${problem.message}`,
  });
}
