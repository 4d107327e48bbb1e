import { failure, type Result, success } from '#protocol/core/result.ts';
import { type AccessoryConfiguration, readConfiguration } from './configuration.ts';

/** Any hub will do to read an accessory for. */
const somewhere = { hub: 'hub', centre: { primary: { url: 'mqtt://localhost' } } };

/** Reads an accessory as it is written in a configuration. The problem says what would be right. */
export function readAccessory(value: unknown): Result<AccessoryConfiguration, string> {
  const read = readConfiguration({ ...somewhere, accessories: [value] });
  if (!read.ok) return failure(read.problem.map(({ message }) => message.replace('accessories[1]', 'it')).join('; '));
  const [accessory] = read.value.accessories;
  return accessory === undefined ? failure('there is no accessory in it') : success(accessory);
}
