import { failure, type Result, success } from '#protocol/core/result.ts';
import { centreNames } from './centreSection.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { fittedNames, fittedOf } from './fittedSections.ts';
import { type DocumentProblem, shown } from './problem.ts';

/**
 * What is the machine's own affair: where its ports and files are. A configuration from the centre is whole without it,
 * and may not hold it: a wrong name here could not be mended from afar.
 */
const machineKeys = [
  ['radio', 'port'],
  ['modem', 'port'],
  ['journal', 'file'],
] as const;

type Values = Readonly<Record<string, unknown>>;
type CentreName = (typeof centreNames)[number];

/**
 * Reads a configuration that came from the centre (B11.1). `local` is the machine's own file: its ports, its journal and
 * its TLS files stay.
 */
export function readRemoteConfiguration(
  value: unknown,
  local: Configuration,
): Result<Configuration, readonly DocumentProblem[]> {
  if (!isMap(value)) return readConfiguration(value);
  const own: (readonly string[])[] = [
    ...machineKeys.filter(([section, key]) => isMap(value[section]) && Object.hasOwn(value[section], key)),
    ...fittedNames.filter((name) => Object.hasOwn(value, name)).map((name) => [name] as const),
    ...centreNames
      .filter((name) => Object.hasOwn(centreIn(value, name) ?? {}, 'tls'))
      .map((name) => ['centre', name, 'tls'] as const),
  ];
  const wrong = [...own.map(ownAffair), ...unsafeOf(value, local)];
  if (wrong.length > 0) return failure(wrong);
  const read = readConfiguration({ hub: local.hub, ...value, centre: withLocalTls(value, local) });
  if (!read.ok) return read;
  const { hub, radio, modem, journal } = read.value;
  if (hub !== local.hub) {
    const message = `hub is "${hub}"; right would be "${local.hub}", or a configuration without hub`;
    return failure([{ path: ['hub'], at: 'value', message }]);
  }
  return success({
    ...read.value,
    radio: { ...radio, port: local.radio.port },
    modem: { ...modem, ...(local.modem.port === undefined ? {} : { port: local.modem.port }) },
    ...fittedOf(local),
    journal: { ...journal, file: local.journal.file },
  });
}

function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function ownAffair(path: readonly string[]): DocumentProblem {
  const message = `${path.join('.')} is the machine's own affair; right would be a configuration without it`;
  return { path, at: 'key', message };
}

/** Where the machine has certificates, nothing is sent from afar that would have it do without. */
function unsafeOf(value: Values, { centre: local }: Configuration): DocumentProblem[] {
  if (local.primary.tls === undefined) return [];
  return centreNames.flatMap((name): DocumentProblem[] => {
    const url = centreIn(value, name)?.['url'];
    if (typeof url !== 'string' || !url.startsWith('mqtt:')) return [];
    const message = `centre.${name}.url is ${shown(url)}; right would be mqtts://, because this machine has certificates`;
    return [{ path: ['centre', name, 'url'], at: 'value', message }];
  });
}

function centreIn({ centre }: Values, name: CentreName): Values | undefined {
  const found = isMap(centre) ? centre[name] : undefined;
  return isMap(found) ? found : undefined;
}

/** The TLS files are the machine's: each centre is reached with its own, a new reserve with those of the primary. */
function withLocalTls(value: Values, { centre: local }: Configuration): unknown {
  const { centre } = value;
  if (!isMap(centre)) return centre;
  const both = centreNames.flatMap((name) => {
    const written = centreIn(value, name);
    const tls = local[name]?.tls ?? local.primary.tls;
    return written === undefined || tls === undefined ? [] : [[name, { ...written, tls }]];
  });
  return { ...centre, ...Object.fromEntries(both) };
}

/** Whether the second one reaches the centre in another way than the first: then it is on trial (B11.3). */
export function reachesOtherwise(one: Configuration, other: Configuration): boolean {
  return reachOf(one) !== reachOf(other);
}

function reachOf({ centre, heartbeat }: Configuration): string {
  return JSON.stringify([centre, heartbeat]);
}

/** The sections in which they differ, for the journal. */
export function changedSections(one: Configuration, other: Configuration): string[] {
  const others: Readonly<Record<string, unknown>> = { ...other };
  return Object.entries(one).flatMap(([key, value]) =>
    JSON.stringify(value) === JSON.stringify(others[key]) ? [] : [key],
  );
}

/** A problem as a reason for the centre: the first says enough, the number of the others how bad it is. */
export function reasonOf(problems: readonly DocumentProblem[]): string {
  const [first, ...others] = problems;
  if (first === undefined) return `the configuration is ${shown(undefined)}`;
  return others.length === 0 ? first.message : `${first.message} (and ${others.length} more)`;
}
