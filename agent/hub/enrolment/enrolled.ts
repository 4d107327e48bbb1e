import type { AccessoryConfiguration, Configuration } from '#protocol/configuration/configuration.ts';
import { readAccessory } from '#protocol/configuration/enrolled.ts';
import { type Result, success } from '#protocol/core/result.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Facts } from '#agent/hub/facts.ts';
import type { Kept } from '#agent/hub/ports.ts';

/** Accessories that a hub can have, those of its configuration and those enrolled beside them. */
export const accessoriesLimit = 64;

const enrolledPrefix = 'enrolled/';
const forgottenPrefix = 'forgotten/';

/** Reads one as it is written. */
export function readWritten(value: unknown): Result<WrittenAccessory, string> {
  const read = readAccessory(value);
  return read.ok ? success({ written: { ...Object(value) }, accessory: read.value }) : read;
}

/** What was enrolled and forgotten at this hub, for the one that takes its place (B14.1). */
export function exportedAccessories(facts: Facts): { accessories: unknown[]; forgotten: string[] } {
  return {
    accessories: facts.under(enrolledPrefix).map(({ value }) => value),
    forgotten: facts.under(forgottenPrefix).map(({ key }) => idIn(key)),
  };
}

/**
 * The configuration with the accessories that are in force. It is put together anew only when the one it rests on is
 * another, or after `refresh`.
 */
export function withEnrolled(
  configuration: () => Configuration,
  facts: Facts,
  log: Log,
): { inForce(): Configuration; refresh(): void } {
  let base: Configuration | undefined;
  let whole: Configuration | undefined;
  return {
    inForce() {
      const current = configuration();
      if (whole === undefined || current !== base) {
        base = current;
        whole = { ...current, accessories: accessoriesInForce(current, facts, log) };
      }
      return whole;
    },
    refresh: () => (whole = undefined),
  };
}

/**
 * The accessories in force: those of the configuration without the forgotten ones, and those that were enrolled at this
 * hub (B14.2). One that was enrolled counts before one of the configuration with the same id.
 */
function accessoriesInForce(configuration: Configuration, facts: Facts, log: Log): AccessoryConfiguration[] {
  const enrolled = facts.under(enrolledPrefix).flatMap(({ key, value }) => {
    const read = readAccessory(value);
    if (read.ok) return [read.value];
    log.error({ key, problem: read.problem }, 'an enrolled accessory cannot be read; it is not heard');
    return [];
  });
  const gone = new Set([...enrolled.map(({ id }) => id), ...facts.under(forgottenPrefix).map(({ key }) => idIn(key))]);
  return [...configuration.accessories.filter(({ id }) => !gone.has(id)), ...enrolled].slice(0, accessoriesLimit);
}

function idIn(key: string): string {
  return key.slice(forgottenPrefix.length);
}

/** An accessory as it is written in a configuration, and as it is used. */
export interface WrittenAccessory {
  written: Readonly<Record<string, unknown>>;
  accessory: AccessoryConfiguration;
}

/** What is kept of an accessory that is enrolled from now on: as it is written, so that a newer program reads it too. */
export function enrolledFact({ written, accessory: { id } }: WrittenAccessory): Kept[] {
  return [
    { key: enrolledPrefix + id, value: written },
    { key: forgottenPrefix + id, value: undefined },
  ];
}

/** Whether it was enrolled at this hub; it may be in force only when the press that taught it in is over. */
export function isEnrolled(id: string, facts: Facts): boolean {
  return facts.get(enrolledPrefix + id) !== undefined;
}

/** What is kept of one that is none any more: that it is not heard, where the configuration still has it. */
export function forgottenFact({ id }: AccessoryConfiguration, configuration: Configuration): Kept[] {
  const isConfigured = configuration.accessories.some((accessory) => accessory.id === id);
  return [
    { key: enrolledPrefix + id, value: undefined },
    { key: forgottenPrefix + id, value: isConfigured ? true : undefined },
  ];
}
