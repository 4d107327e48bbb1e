import type { Configuration } from '#protocol/configuration/configuration.ts';
import {
  changedSections,
  reachesOtherwise,
  readRemoteConfiguration,
  reasonOf,
} from '#protocol/configuration/remote.ts';
import type { Log } from '#protocol/core/log.ts';
import { deviceTypes, statusCodes } from '#protocol/scaip/codes.ts';
import { startChart } from '#agent/hub/actors.ts';
import type { CommandOutcome, Concern, HubContext } from '#agent/hub/concern.ts';
import type { Facts } from '#agent/hub/facts.ts';
import type { Kept } from '#agent/hub/ports.ts';
import { configurationChart } from './configuration.chart.ts';

/** The configuration in force, and the machine's own, from which it differs where the centre has sent another. */
export interface Configurations {
  inForce(): Configuration;
  local: Configuration;
  /** Puts another in force; whoever has asked for it tells everybody. */
  use(configuration: Configuration): void;
}

const currentKey = 'configuration/current';
const previousKey = 'configuration/previous';
const deadlineName = 'configuration-trial';

/** Without a document, the machine's own file is meant. */
interface KeptConfiguration {
  document?: unknown;
}

/** What was in force at the end of the last run: the centre's, unless the machine's own file has a higher version. */
export function restoreConfigurations(local: Configuration, facts: Facts, log: Log): Configurations {
  let configuration = readKept(facts.get(currentKey), local, log);
  if (configuration.version < local.version) configuration = local;
  return {
    inForce: () => configuration,
    local,
    use(next) {
      configuration = next;
    },
  };
}

function readKept(kept: unknown, local: Configuration, log: Log): Configuration {
  if (!isKept(kept) || kept.document === undefined) return local;
  const read = readRemoteConfiguration(kept.document, local);
  if (read.ok) return read.value;
  // A newer program may know better than the one that took it; the hub must run all the same.
  log.error({ reason: reasonOf(read.problem) }, "the centre's configuration cannot be used any more; the file counts");
  return local;
}

/** The document that the centre sent last, for a hub that takes this one's place; none where the own file counts. */
export function documentInForce(facts: Facts): unknown {
  const kept = facts.get(currentKey);
  return isKept(kept) ? kept.document : undefined;
}

function isKept(value: unknown): value is KeptConfiguration {
  return typeof value === 'object' && value !== null;
}

/** Takes configurations from the centre: whole, with a rising version, applied all or nothing (B11). */
export function createConfiguration(
  { log, facts, reports, deadlines }: HubContext,
  configurations: Configurations,
  /** Another one is in force: the paths to the centre and every concern follow it. */
  changed: () => void,
): Concern {
  const chart = startChart(configurationChart, log);
  deadlines.when(deadlineName, () => chart.send({ type: 'time-up' }).forEach(fallBack));

  function configure({ configuration: document }: Readonly<Record<string, unknown>>): CommandOutcome {
    const current = configurations.inForce();
    const read = readRemoteConfiguration(document, configurations.local);
    if (!read.ok) return { outcome: 'refused', reason: reasonOf(read.problem) };
    const next = read.value;
    if (next.version <= current.version) {
      const reason = `version ${next.version}; right would be above ${current.version}, which is in force`;
      return { outcome: 'refused', reason };
    }
    for (const { type } of chart.send({ type: 'accepted', onTrial: reachesOtherwise(current, next) })) {
      takeOver(next, document, type === 'try');
    }
    return { outcome: 'done', body: { version: next.version } };
  }

  function takeOver(next: Configuration, document: unknown, onTrial: boolean): void {
    const current = configurations.inForce();
    const keep: Kept[] = [{ key: currentKey, value: { document } satisfies KeptConfiguration }];
    if (onTrial) {
      // During a trial what counted before it stays what to go back to.
      if (!deadlines.isSet(deadlineName)) keep.push({ key: previousKey, value: facts.get(currentKey) ?? {} });
      keep.push(deadlines.set(deadlineName, next.remote.trialMs));
    }
    const sections = changedSections(current, next);
    log.info({ version: next.version, sections, onTrial }, 'a configuration from the centre is in force');
    reports.note('configuration', { version: next.version, before: current.version, sections, onTrial }, keep);
    configurations.use(next);
    changed();
  }

  function prove(): void {
    const { version } = configurations.inForce();
    log.info({ version }, 'a centre answers: the configuration has stood its trial');
    reports.note('configuration', { version, proven: true }, [
      { key: previousKey, value: undefined },
      deadlines.clear(deadlineName),
    ]);
  }

  function fallBack(): void {
    const failed = configurations.inForce();
    const previous = facts.get(previousKey);
    const configuration = readKept(previous, configurations.local, log);
    log.error(
      { version: failed.version, back: configuration.version },
      'no centre answers: the configuration falls back',
    );
    configurations.use(configuration);
    reports.report(fellBack, {
      keep: [
        { key: currentKey, value: previous },
        { key: previousKey, value: undefined },
        deadlines.clear(deadlineName),
      ],
    });
    changed();
  }

  return {
    commands: { configure },
    restore() {
      if (facts.get(previousKey) !== undefined) chart.send({ type: 'restored' });
    },
    heartbeatAnswered() {
      if (deadlines.isSet(deadlineName)) chart.send({ type: 'answered' }).forEach(prove);
    },
    state: () => ({ configuration: configurations.inForce().version }),
  };
}

/** B16's line for it. */
const fellBack = {
  report: 'information',
  from: 'hub',
  dty: deviceTypes.hub.code,
  stc: statusCodes.configurationFellBack.code,
  pri: 1,
} as const;
