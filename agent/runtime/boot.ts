import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Log } from '#protocol/core/log.ts';

/**
 * Names this run of the machine in stamps: the kernel's own id for it, so that the monotonic times of all programs of one
 * boot can be compared. Where the kernel gives none, this run of the program gets a name of its own, and its times are
 * compared with nobody's.
 */
export function readBootId(log: Log, file = '/proc/sys/kernel/random/boot_id'): string {
  let reason = 'it holds no id';
  try {
    const id = readFileSync(file, 'utf8').trim();
    if (/^[0-9a-f-]{36}$/u.test(id)) return id;
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  log.warn({ file, reason }, 'the kernel gives no boot id: this run of the program counts as a boot of its own');
  return randomUUID();
}
