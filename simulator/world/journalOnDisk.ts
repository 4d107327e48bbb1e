import { copyFileSync, existsSync, rmSync } from 'node:fs';
import type { Entry, Journal } from '#agent/hub/ports.ts';
import { type JournalFile, openJournal } from '#agent/journal/journal.ts';
import type { Log } from '#protocol/core/log.ts';
import { decodeRecord, type ReportRecord } from '#protocol/mqtt/record.ts';
import type { JournalRowEvent } from './world.ts';

/** A real journal on a real file, which can end as a killed program's does. */
export interface JournalOnDisk {
  journal: Journal;
  close(): void;
  /** Leaves the files as they are at this moment: the log is not folded into the journal. */
  crash(): void;
}

/** What SQLite keeps of a journal from one run to the next; the index of the log is made anew. */
const keptFiles = ['', '-wal'];

/** Opens the journal, and tells each row as it is committed. */
export function openJournalOnDisk(file: string, log: Log, onRow: (row: JournalRowEvent) => void): JournalOnDisk {
  const opened: JournalFile = openJournal({ file, log });
  return {
    journal: {
      commit(stamp, entries, kept) {
        const rows = opened.commit(stamp, entries, kept);
        entries.forEach((entry, index) => onRow(rowOf(rows[index] ?? 0, entry)));
        return rows;
      },
      kept: () => opened.kept(),
      lastStamp: () => opened.lastStamp(),
      retain: (now, keptMs) => opened.retain(now, keptMs),
      pending: () => opened.pending(),
      findPending: (ref) => opened.findPending(ref),
      sync: () => opened.sync(),
    },
    close: () => opened.close(),
    crash() {
      // Closing tidies up, which a killed program does not: what it left is kept aside and put back.
      const kept = keptFiles.map((suffix) => `${file}${suffix}`).filter((name) => existsSync(name));
      for (const name of kept) copyFileSync(name, `${name}.crashed`);
      opened.close();
      rmSync(`${file}-shm`, { force: true });
      for (const name of kept) {
        copyFileSync(`${name}.crashed`, name);
        rmSync(`${name}.crashed`);
      }
    },
  };
}

function rowOf(row: number, entry: Entry): JournalRowEvent {
  const { kind, ref } = entry;
  const event: JournalRowEvent = { kind: 'journal', row, entry: kind, ...(ref === undefined ? {} : { ref }) };
  if (kind !== 'report') return event;
  const { priority, body } = entry;
  const record = decodeRecord(body.record);
  const told = record.ok ? toldOf(record.value) : {};
  return { ...event, ...told, priority, buffered: body.buffered };
}

function toldOf({ report, from, stc: status }: ReportRecord): Partial<JournalRowEvent> {
  return { report, from, status };
}
