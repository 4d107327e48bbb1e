import type { Result } from '#protocol/core/result.ts';

/** What is looked at of a supply, as the kernel names it (Documentation/ABI/testing/sysfs-class-power). */
export const supplyFiles = [
  'type',
  'scope',
  'online',
  'present',
  'status',
  'capacity',
  'capacity_level',
  'health',
  'energy_now',
  'energy_full',
  'energy_full_design',
  'charge_now',
  'charge_full',
  'charge_full_design',
] as const;

export type SupplyFile = (typeof supplyFiles)[number];

/** One supply of the machine: the name of its folder, and what its files hold, without the line's end. */
export interface SupplyFolder {
  name: string;
  values: Readonly<Partial<Record<SupplyFile, string>>>;
  /** Files that are there and cannot be read: a gauge that does not answer its driver. */
  unreadable: number;
}

/**
 * Reads all supplies of a folder such as /sys/class/power_supply and calls `tell` once, later. The problem is for people.
 * A file or a supply that is gone in the meantime is left out.
 */
export type ReadSupplies = (folder: string, tell: (read: Result<readonly SupplyFolder[], string>) => void) => void;
