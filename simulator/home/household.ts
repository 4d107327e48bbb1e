import { type Configuration, readConfiguration } from '#protocol/configuration/configuration.ts';
import { fittedNames } from '#protocol/configuration/fittedSections.ts';
import { type Home as Household, layHub } from '#simulator/scenario/hubLayer.ts';
import { type ConfigurationDocument, layOver } from '#simulator/world/configurationLayer.ts';
import { centreNumber } from '#simulator/world/operatorSide.ts';
import { tagHashOf } from '#simulator/world/tagNumbers.ts';

/** A hub's configuration, and the same as it is written. */
export interface WrittenHub {
  configuration: Configuration;
  document: ConfigurationDocument;
}

/**
 * Who lives here: the hub that is given, or the usual home of scenarios. What is out of this world is exchanged for what is
 * in it: the numbers of the staff's tags, which nobody can read out of a configuration, and the centre's telephone.
 * `versionOfCentre` is the version of what a centre sent earlier; the file counts before it. `brokerUrl` is the primary
 * centre's, where it is not in this process.
 */
export function settle(hub: WrittenHub | undefined, versionOfCentre: number, brokerUrl?: string): Household {
  const { configuration, document } = hub ?? usual();
  const version = Math.max(configuration.version, versionOfCentre + 1);
  const { tags, voice, sms } = configuration;
  const laid = layOver(document, {
    ...(version === configuration.version ? {} : { version }),
    ...(tags.length === 0
      ? {}
      : { tags: tags.map(({ name }) => ({ name, hash: tagHashOf(configuration.hub, name) })) }),
    ...(voice.receiver === undefined ? {} : { voice: { receiver: centreNumber } }),
    ...(sms.number === undefined ? {} : { sms: { number: centreNumber } }),
  });
  const read = readConfiguration(laid);
  if (!read.ok) throw new Error(`the home is not furnished rightly: ${JSON.stringify(read.problem)}`);
  // The files that it names are found from the folder of its own file.
  const { centre: named, journal } = configuration;
  const centre = brokerUrl === undefined ? named : { ...named, primary: { ...named.primary, url: brokerUrl } };
  return { configuration: { ...read.value, centre, journal }, document: laid, tags: tags.map(({ name }) => name) };
}

function usual(): WrittenHub {
  const home = layHub(undefined);
  if (!home.ok) throw new Error(`the usual home is not furnished rightly: ${JSON.stringify(home.problem)}`);
  return home.value;
}

/** What a centre sends of it: without the machine's own affairs, which it may not know. */
export function sentDocument(document: ConfigurationDocument): ConfigurationDocument {
  const own: readonly string[] = fittedNames;
  const sections = Object.entries(document).filter(([name]) => !own.includes(name));
  return Object.fromEntries(
    sections.map(([name, section]) => {
      const key = machineKeys[name];
      if (key === undefined || !isMap(section)) return [name, section];
      const { [key]: _own, ...sent } = section;
      return [name, sent];
    }),
  );
}

const machineKeys: Readonly<Record<string, string>> = { modem: 'port', journal: 'file' };

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
