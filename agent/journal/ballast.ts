import { closeSync, existsSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { ownerOnly } from './database.ts';
import type { Log } from '#protocol/core/log.ts';

/** Room on the disk that is kept by filling it: a full disk blocks deleting too, so this goes first (B13.2). */
export interface Ballast {
  /** Takes the room, where it is not taken yet. False when the disk does not have it. */
  fill(): boolean;
  /** Gives the room to the journal. */
  release(): void;
}

const chunk = Buffer.alloc(65_536);

export function createBallast(file: string, bytes: number, log: Log): Ballast {
  function reasonOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
  }

  function release(): void {
    try {
      rmSync(file, { force: true });
    } catch (error) {
      log.warn({ file, reason: reasonOf(error) }, 'the room that is kept back for alarms cannot be had');
    }
  }

  return {
    fill() {
      try {
        if (bytes === 0 || (existsSync(file) && statSync(file).size >= bytes)) return true;
        // Real bytes: a hole in a file takes no room.
        const descriptor = openSync(file, 'w', ownerOnly);
        try {
          for (let written = 0; written < bytes; written += chunk.length) writeSync(descriptor, chunk);
          fsyncSync(descriptor);
        } finally {
          closeSync(descriptor);
        }
        return true;
      } catch (error) {
        release();
        log.warn({ file, reason: reasonOf(error) }, 'the disk has no room to keep back for alarms');
        return false;
      }
    },
    release,
  };
}
