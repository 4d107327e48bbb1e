import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ReadSupplies,
  type SupplyFile,
  supplyFiles,
  type SupplyFolder,
} from '#agent/drivers/power-supply/supplyFiles.ts';
import { failure, success } from '#protocol/core/result.ts';

/** A machine has a handful of supplies; a folder with more is another folder. */
export const suppliesLimit = 32;
/** What a file of the kernel's holds is a word; what is behind it is not looked at. */
const valueLimitBytes = 64;

/** Reads the machine's supplies from a folder such as /sys/class/power_supply. */
export const readPowerSupplies: ReadSupplies = (folder, tell) => {
  readFolder(folder).then(
    (supplies) => tell(success(supplies)),
    (error: unknown) => tell(failure(`${folder} cannot be read: ${error instanceof Error ? error.message : ''}`)),
  );
};

async function readFolder(folder: string): Promise<SupplyFolder[]> {
  const names = (await readdir(folder)).toSorted().slice(0, suppliesLimit);
  return await Promise.all(names.map((name) => readSupply(folder, name)));
}

async function readSupply(folder: string, name: string): Promise<SupplyFolder> {
  const values: Partial<Record<SupplyFile, string>> = {};
  let unreadable = 0;
  for (const file of supplyFiles) {
    try {
      values[file] = await readValue(join(folder, name, file));
    } catch (error) {
      if (!isAbsence(error)) unreadable += 1;
    }
  }
  return { name, values, unreadable };
}

async function readValue(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(valueLimitBytes), 0, valueLimitBytes, 0);
    return buffer.toString('utf8', 0, bytesRead).trim();
  } finally {
    await file.close();
  }
}

/** The driver has no such file, or the supply has just gone. */
function isAbsence(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENODEV';
}
