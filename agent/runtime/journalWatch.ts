import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { asJournalError, type JournalErrorCode } from '#agent/journal/errors.ts';
import type { JournalFile } from '#agent/journal/journal.ts';
import { type Clock, hourMs } from '#protocol/core/time.ts';
import { type Check, seconds } from './watchdog.ts';

/** After so long without a commit one is made to see that it goes: a few blocks a day, which no card feels. */
export const quietLimitMs = hourMs;
/**
 * What no new start mends: nothing may go from a full journal, another program holds it, or what was to be committed
 * contradicts it.
 */
const unhealed: readonly JournalErrorCode[] = ['journal/full', 'journal/busy', 'journal/refused'];

/** A journal that has taken nothing for so many periods of the watchdog is not well. */
export const failingPeriods = 5;

export interface JournalWatch {
  /** The same journal; what becomes of its commits is noted. */
  journal: JournalFile;
  /** Says when the journal takes nothing and a new start would help; tries it where that is not known. */
  check(periodMs: number, ports: JournalWatchPorts): Check;
}

export interface JournalWatchPorts {
  /** Commits something that changes nothing else. */
  tryJournal(): void;
  /** How many reports the journal could not take and no centre has acknowledged: they end with the program. */
  inMemoryOnly(): number;
  /** Writes something beside the journal and syncs it; whether the disk took it. */
  diskTakes(): boolean;
}

/**
 * Watches whether the journal takes what is committed (B15.2). Each commit that returns was synced, so what happens
 * anyway proves it; only where nothing has happened for an hour something is committed for the purpose.
 *
 * A journal that fails does not stop alarms, which go out from memory (B1.1), and a hub that starts must open it. So a
 * new start is asked for only where it helps and costs nothing: the disk takes what is written beside the journal, and no
 * report is in memory alone. A disk that is full, read-only or broken is a fault that the centre is told (B16), and the
 * hub works on.
 */
export function watchJournal(journal: JournalFile, clock: Clock): JournalWatch {
  let writtenMs = clock.monotonicMs();
  let failingSinceMs: number | undefined;

  function isDue(triedMs: number, periodMs: number): boolean {
    const nowMs = clock.monotonicMs();
    if (failingSinceMs !== undefined) return nowMs - triedMs >= periodMs;
    return nowMs - Math.max(writtenMs, triedMs) >= quietLimitMs;
  }

  return {
    journal: {
      ...journal,
      commit(...call) {
        try {
          const rows = journal.commit(...call);
          writtenMs = clock.monotonicMs();
          failingSinceMs = undefined;
          return rows;
        } catch (error) {
          if (!unhealed.includes(asJournalError(error, '').code)) failingSinceMs ??= clock.monotonicMs();
          throw error;
        }
      },
    },
    check(periodMs, { tryJournal, inMemoryOnly, diskTakes }) {
      let triedMs = clock.monotonicMs();
      return () => {
        if (isDue(triedMs, periodMs)) {
          triedMs = clock.monotonicMs();
          tryJournal();
        }
        if (failingSinceMs === undefined) return undefined;
        const failingMs = clock.monotonicMs() - failingSinceMs;
        if (failingMs < failingPeriods * periodMs || inMemoryOnly() > 0 || !diskTakes()) return undefined;
        return `the journal has taken nothing for ${seconds(failingMs)}, though its disk takes what is written`;
      };
    },
  };
}

/** Whether the disk of this file takes a byte, synced. Nothing of it stays. */
export function diskTakes(file: string): boolean {
  const trial = `${file}.trial`;
  try {
    const descriptor = openSync(trial, 'w', 0o600);
    try {
      writeSync(descriptor, '\n');
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch {
    return false;
  } finally {
    rmSync(trial, { force: true });
  }
}
