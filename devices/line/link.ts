import { lstatSync, readlinkSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';

/**
 * Makes the symbolic link `link` lead to `target` in one step, also where one is already: who looks finds the old
 * target or the new one. Throws an Error for people when something that is no link is in the way, or the folder is
 * missing.
 */
export function placeLink(link: string, target: string): void {
  const found = lstatSync(link, { throwIfNoEntry: false });
  if (found !== undefined && !found.isSymbolicLink()) {
    throw new Error(`${link} exists and is not a symbolic link; remove it or name another`);
  }
  const fresh = `${link}.${target.replaceAll('/', '-')}.new`;
  try {
    symlinkSync(target, fresh);
    renameSync(fresh, link);
  } catch (cause) {
    throw new Error(`cannot make the link ${link}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** Removes the link if it still leads to `target`; one that somebody else has placed there since stays. */
export function removeLink(link: string, target: string): void {
  try {
    if (readlinkSync(link) === target) unlinkSync(link);
  } catch {
    // It is gone already, or is no link: not ours to remove.
  }
}
