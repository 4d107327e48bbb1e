import { nearest } from '#protocol/core/nearest.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { CommandName } from './command.ts';
import { quoted } from './problem.ts';

/** What each command may be told under `with`; docs/commands.md says what it means. */
export const commandDetails = {
  configure: ['configuration'],
  'test-alarm': [],
  call: ['to', 'mode'],
  locate: ['name'],
  'close-visit': [],
  enrol: 'an accessory, as in the configuration',
  forget: ['name', 'id'],
  exchange: [],
  'take-over': ['hub', 'accessories', 'forgotten', 'version', 'configuration'],
  'camera-visit': ['name'],
  'log-extract': ['from', 'to', 'format', 'next'],
  'rotate-key': ['key', 'retire'],
  end: [],
} as const satisfies Record<CommandName, readonly string[] | string>;

/**
 * Refuses what a command does not know: elsewhere in a body that would be left alone, but here something else than what
 * was asked for would be done. An accessory is read by whoever enrols it.
 */
export function checkDetails(name: CommandName, details: Readonly<Record<string, unknown>>): Result<void, string> {
  const known: readonly string[] | string = commandDetails[name];
  if (typeof known === 'string') return success(undefined);
  const strange = Object.keys(details).find((key) => !known.includes(key));
  if (strange === undefined) return success(undefined);
  const meant = nearest(strange, known) ?? (known.length === 0 ? 'nothing' : known.join(', '));
  return failure(`${name} knows no ${quoted(strange)}; right would be ${meant}`);
}
