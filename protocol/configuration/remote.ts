import { failure, type Result } from '#protocol/core/result.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { type DocumentProblem, shown } from './problem.ts';

/**
 * What is the machine's own affair: where its ports and files are. A configuration from the centre is whole without it,
 * and may not hold it: a wrong name here could not be mended from afar.
 */
const machineSections = ['hub', 'journal', 'radio'] as const;

/**
 * Reads a configuration that came from the centre (B11.1). `local` is the machine's own file: its ports, its journal and
 * its TLS files stay.
 */
export function readRemoteConfiguration(
  value: unknown,
  local: Configuration,
): Result<Configuration, readonly DocumentProblem[]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return readConfiguration(value);
  const document: Readonly<Record<string, unknown>> = { ...value };
  const own = machineSections.filter((key) => Object.hasOwn(document, key) && document[key] !== local.hub);
  if (own.length > 0) return failure(own.map(ownAffair));
  const read = readConfiguration({ ...document, hub: local.hub, centre: withLocalTls(document['centre'], local) });
  return read.ok ? { ok: true, value: { ...read.value, radio: local.radio, journal: local.journal } } : read;
}

function ownAffair(key: string): DocumentProblem {
  const message = `${key} is the machine's own affair; right would be a configuration without ${key}`;
  return { path: [key], at: 'key', message };
}

/** The names of the TLS files are the machine's. Whoever sends an address need not know them. */
function withLocalTls(centre: unknown, local: Configuration): unknown {
  if (typeof centre !== 'object' || centre === null || !('primary' in centre)) return centre;
  const { primary } = centre;
  const { tls } = local.centre.primary;
  if (typeof primary !== 'object' || primary === null || 'tls' in primary || tls === undefined) return centre;
  return { ...centre, primary: { tls, ...primary } };
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
