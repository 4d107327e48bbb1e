import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileProblem } from './load.ts';

/** So many files are played in one call at most. */
const filesLimit = 10_000;

/** Files and folders as they were named: folders are walked for `*.yaml`, in the order of their names. */
export function findScenarios(
  named: readonly string[],
  limit = filesLimit,
): { files: string[]; problems: FileProblem[] } {
  const files = new Set<string>();
  const problems: FileProblem[] = [];
  for (const name of named) {
    const found = scenariosIn(name);
    if (typeof found === 'string') problems.push({ file: name, line: 1, column: 1, message: found });
    else found.forEach((file) => files.add(file));
  }
  if (files.size > limit) {
    const message = `${files.size} files are too many for one call; right would be ${limit} at most`;
    problems.push({ file: named[0] ?? '.', line: 1, column: 1, message });
  }
  return { files: [...files].slice(0, limit), problems };
}

function scenariosIn(name: string): string[] | string {
  let isFolder: boolean;
  try {
    isFolder = statSync(name).isDirectory();
  } catch {
    return 'there is no such file or folder';
  }
  if (!isFolder) return [name];
  const found = readdirSync(name, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .map((file) => join(name, file));
  return found.length === 0 ? 'the folder holds no *.yaml; right would be a folder with scenarios' : found;
}
