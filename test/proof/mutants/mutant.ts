/** A bug that is put into the hub as it is loaded: one exact text of one file is exchanged for another. */
export interface Mutant {
  /** A few words with hyphens. */
  name: string;
  /** The rule that it breaks. */
  rule: string;
  /** From the root of the project. */
  file: string;
  from: string;
  to: string;
  /** Why no storm finds it, where none does. */
  onlyStories?: string;
}

/**
 * The source with the bug in it.
 *
 * @throws Error when the text is not there exactly once: the source has changed, and the bug must be written anew.
 */
export function mutate(source: string, { name, file, from, to }: Mutant): string {
  const count = source.split(from).length - 1;
  if (count !== 1) {
    const right = 'right would be once; write the bug anew for what the source is now';
    throw new Error(`${name}: this text is ${count} times in ${file}: ${JSON.stringify(from)}; ${right}`);
  }
  // A function, so that no $ in the text means anything.
  return source.replace(from, () => to);
}

/** Most storms last a day: long enough for a night, a test alarm and a long outage. Every tenth lasts four, for what takes longer. */
export function stormDaysOf(seed: number): number {
  return seed % 10 === 0 ? 4 : 1;
}
