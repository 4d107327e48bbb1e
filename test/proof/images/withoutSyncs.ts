import type { DiskStep } from './diskSteps.ts';
import type { Recording } from './recorder.ts';

/** Syncs that can be taken out of a record, to see that the images of it are found broken. */
export const removableSyncs = {
  'commit-syncs': 'the log is synced before it is folded in, not at each commit: synchronous=NORMAL',
  'log-syncs': 'the log is never synced',
  'wipe-syncs': 'the log is not synced after it was emptied',
  'file-syncs': 'the file that the log was folded into is never synced',
  'folder-syncs': 'the names in the folder are never synced',
} as const;

export type RemovableSync = keyof typeof removableSyncs;

/** The record of a program that does not ask for these syncs. */
export function withoutSyncs(recording: Recording, removed: RemovableSync): Recording {
  return {
    ...recording,
    steps: recording.steps.filter(
      (step, index, all) => !isRemoved(removed, step, { before: all[index - 1], next: all[index + 1] }),
    ),
  };
}

interface Neighbours {
  before: DiskStep | undefined;
  next: DiskStep | undefined;
}

function isRemoved(removed: RemovableSync, step: DiskStep, { before, next }: Neighbours): boolean {
  if (step.does === 'sync-names') return removed === 'folder-syncs';
  if (step.does !== 'sync') return false;
  switch (removed) {
    case 'commit-syncs':
      // What begins to fold it in syncs it once more.
      return isLog(step) && (next?.does === 'end' || (next?.does === 'sync' && isLog(next)));
    case 'log-syncs':
      return isLog(step);
    case 'wipe-syncs':
      return isLog(step) && before?.does === 'truncate';
    case 'file-syncs':
      return step.name === 'journal.db';
    case 'folder-syncs':
      return false;
  }
}

function isLog({ name }: { name: string }): boolean {
  return name === 'journal.db-wal';
}
