import { rmSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { pageBytes } from '#agent/journal/schema.ts';
import { overwriteBytes, overwritePage, writeAsNewer } from '#simulator/world/journalFile.ts';
import { cutOff, faultCalls, fillDisk, fold, type Heal, mountReadOnly, rootOf, writeAsVersion } from './badDisk.ts';

/** What goes wrong, and what the hub is to make of it beside bringing every alarm to the centre. */
export interface Kind {
  name: string;
  /** The size of the disk of its own that the journal is on, where it needs one. */
  diskMegabytes?: number;
  /** Done while the hub is off, and an alarm waits in its journal. */
  whileOff?(journal: string): Heal | undefined;
  /** Done while the hub runs. */
  whileOn?(journal: string, pid: number): Promise<Heal>;
  /** What strace lets fail from the start. */
  fromStart?: string;
  /** Something breaks: the centre is told, and told when it is well again (B16). */
  isFault: boolean;
  /** The file is set aside, and its rows are salvaged. */
  isSalvaged?: boolean;
}

const nothingToHeal = undefined;

function damaged(name: string, damage: (journal: string) => void): Kind {
  return {
    name,
    whileOff(journal) {
      damage(journal);
      return nothingToHeal;
    },
    isFault: true,
    isSalvaged: true,
  };
}

const page = (table: string) => (journal: string) => {
  fold(journal);
  overwritePage(journal, rootOf(journal, table));
};

const frameBytes = 24 + pageBytes;

export const kinds: readonly Kind[] = [
  {
    name: 'full, while it runs',
    diskMegabytes: 12,
    whileOn: async (journal) => await Promise.resolve(fillDisk(journal)),
    isFault: true,
  },
  {
    name: 'full, and what was kept back is gone too',
    diskMegabytes: 12,
    async whileOn(journal) {
      rmSync(`${journal}.ballast`);
      return await Promise.resolve(fillDisk(journal));
    },
    isFault: true,
  },
  { name: 'full, at the start', diskMegabytes: 12, whileOff: fillDisk, isFault: true },
  {
    name: 'full, at the start, and nothing was kept back',
    diskMegabytes: 12,
    whileOff(journal) {
      rmSync(`${journal}.ballast`);
      return fillDisk(journal);
    },
    isFault: true,
  },
  {
    name: 'read-only, at the start',
    diskMegabytes: 12,
    whileOff: (journal) => mountReadOnly(dirname(journal)),
    isFault: true,
  },
  failing('read-only, while it runs: EROFS on write', 'pwrite64:error=EROFS'),
  failing('no room: ENOSPC on write', 'pwrite64:error=ENOSPC'),
  failing('failing: EIO on write', 'pwrite64:error=EIO'),
  failing('failing: EIO on sync', 'fsync,fdatasync:error=EIO'),
  // What a commit needs is in memory: nobody reads, and nobody notices.
  { ...failing('failing: EIO on read', 'pread64:error=EIO'), isFault: false },
  { ...failing('slow: a sync takes 100 ms', 'fsync,fdatasync:delay_exit=100000'), isFault: false },
  { name: 'failing at the start: EIO on the first reads', fromStart: 'pread64:error=EIO:when=1..40', isFault: true },
  damaged('damaged: the page of what waits', page('outbox')),
  damaged('damaged: the page of what is kept', page('kept')),
  damaged('damaged: the first page', (journal) => {
    fold(journal);
    overwritePage(journal, 1);
  }),
  damaged('damaged: the header', (journal) => {
    fold(journal);
    overwriteBytes(journal, 0, 40);
  }),
  damaged('damaged: the log', (journal) => overwriteBytes(`${journal}-wal`, 32 + frameBytes + 200, 100)),
  damaged('cut off at nine tenths', (journal) => {
    fold(journal);
    cutOff(journal, 0.9);
  }),
  damaged('of no length, its log whole', (journal) => truncateSync(journal, 0)),
  damaged('gone, its log whole', (journal) => rmSync(journal)),
  damaged('of a newer version', (journal) => {
    fold(journal);
    writeAsNewer(journal);
  }),
  former(1),
  former(2),
];

function failing(name: string, inject: string): Kind {
  return { name, whileOn: async (journal, pid) => await faultCalls(pid, journal, inject), isFault: true };
}

function former(version: number): Kind {
  return {
    name: `of the version ${version} of the tables`,
    whileOff(journal) {
      writeAsVersion(journal, version);
      return nothingToHeal;
    },
    isFault: false,
  };
}
