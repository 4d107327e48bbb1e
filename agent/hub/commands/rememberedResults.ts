import type { CommandName, CommandResult } from '#protocol/mqtt/command.ts';
import type { Facts } from '#agent/hub/facts.ts';
import type { Kept } from '#agent/hub/ports.ts';
import type { CentrePathName } from '#agent/hub/path/path.ts';

export type ResultPath = CentrePathName;

/** A result that is kept, so that a command that comes again gets the answer it had (B11.2). */
export interface Remembered {
  result: CommandResult;
  /** By which it goes back to the centre that asked. */
  path: ResultPath;
  /** Whether the centre has it, as far as can be known. */
  told?: boolean;
  /** Of a command that only reads: what it was asked with, in place of what it found out. */
  details?: Readonly<Record<string, unknown>>;
}

/** A result that the centre may not have yet. */
export interface UntoldResult {
  id: string;
  name: CommandName;
}

/** Results that are remembered. The oldest goes first, told or not: a centre that misses one asks again and is refused. */
export const rememberedLimit = 64;

/** Characters of one of them, as JSON; what is kept under one key has its limit. Without its body each fits. */
export const resultCharacters = 49_152;

/** Characters of all of them together; the oldest go first. */
const allCharacters = 4 * resultCharacters;

const prefix = 'command/result/';

/** Each is kept under a key of its own, so that a new one costs no more than itself to write. */
export function createRememberedResults(facts: Facts) {
  /** Oldest first. */
  function all(): { key: string; entry: Remembered }[] {
    const entries = facts
      .under(prefix)
      .flatMap(({ key, value }) => (isRemembered(value) ? [{ key, entry: value }] : []));
    return entries.toSorted((one, other) => placeOf(one.key) - placeOf(other.key));
  }

  return {
    find: (id: string): Remembered | undefined => all().find(({ entry }) => entry.result.id === id)?.entry,
    untold: (path: ResultPath): readonly UntoldResult[] =>
      all()
        .filter(({ entry }) => entry.told !== true && entry.path === path)
        .map(({ entry }) => ({ id: entry.result.id, name: entry.result.name })),
    /** What is to be kept so that it is remembered, in place of what was known of the same command. */
    remember(entry: Remembered): readonly Kept[] {
      const known = all();
      const before = known.find(({ entry: { result } }) => result.id === entry.result.id);
      const value = fitting(entry);
      if (before !== undefined) return [{ key: before.key, value }];
      const forgotten = known.slice(
        0,
        tooMany(
          known.map((one) => one.entry),
          value,
        ),
      );
      const place = placeOf(known.at(-1)?.key ?? `${prefix}0`) + 1;
      return [...forgotten.map(({ key }) => ({ key, value: undefined })), { key: `${prefix}${place}`, value }];
    },
  };
}

/** How many of the oldest go, so that another one fits. */
function tooMany(known: readonly Remembered[], next: Remembered): number {
  const sizes = known.map((entry) => JSON.stringify(entry).length);
  let characters = sizes.reduce((sum, size) => sum + size, JSON.stringify(next).length);
  let count = 0;
  while (count < known.length && (known.length - count >= rememberedLimit || characters > allCharacters)) {
    characters -= sizes[count] ?? 0;
    count += 1;
  }
  return count;
}

/** One that is too long is remembered without what it found out. */
function fitting(entry: Remembered): Remembered {
  if (JSON.stringify(entry).length <= resultCharacters) return entry;
  const { body: _body, ...result } = entry.result;
  const { details: _details, ...rest } = entry;
  return { ...rest, result };
}

function placeOf(key: string): number {
  return Number(key.slice(prefix.length));
}

/** What was kept is what this program kept. */
function isRemembered(value: unknown): value is Remembered {
  return typeof value === 'object' && value !== null && 'result' in value && 'path' in value;
}
