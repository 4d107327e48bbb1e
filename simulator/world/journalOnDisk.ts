import { statSync } from 'node:fs';
import type { Entry, Journal } from '#agent/hub/ports.ts';
import { JournalError } from '#agent/journal/errors.ts';
import { type JournalFile, openJournal } from '#agent/journal/journal.ts';
import { defaultReserveBytes } from '#agent/journal/retention.ts';
import type { JournalConfiguration } from '#protocol/configuration/journalSection.ts';
import type { Log } from '#protocol/core/log.ts';
import { decodeRecord, type ReportRecord } from '#protocol/mqtt/record.ts';
import type { writeMoments } from './action.ts';
import { copyJournal, removeJournal } from './journalFile.ts';
import type { JournalRowEvent } from './world.ts';

/** A real journal on a real file, which can end as a killed program's does. */
export interface JournalOnDisk {
  journal: Journal;
  /** Full: nothing fits any more but what is kept back for alarms. Failing: nothing can be written, what is there can be read. */
  setDisk(is: DiskState): void;
  close(): void;
  /** Leaves the files as they are at this moment: the log is not folded into the journal. */
  crash(): void;
}

/** The two moments of a write at which a program can be killed: nothing of it is on the disk yet, or all of it. */
export type WriteMoment = (typeof writeMoments)[number];

export type DiskState = 'ok' | 'full' | 'failing';

export interface JournalWatch {
  onRow(row: JournalRowEvent): void;
  /** The program may be killed in it. */
  onWrite(moment: WriteMoment): void;
}

/**
 * Opens the journal, and tells each row as it is committed. What a program that was killed in a write still asks of it
 * touches no file any more.
 */
export function openJournalOnDisk(
  configuration: JournalConfiguration,
  log: Log,
  { onRow, onWrite }: JournalWatch,
): JournalOnDisk {
  const { file } = configuration;
  let opened: JournalFile = openJournal({ ...configuration, log });
  let disk: DiskState = 'ok';
  let isDead = false;

  function asserted(): JournalFile {
    if (disk === 'failing') throw new JournalError('journal/io', `${file}: the disk fails`);
    return opened;
  }

  return {
    journal: {
      commit(stamp, entries, kept) {
        if (!isDead) onWrite('before-write');
        if (isDead) return entries.map(() => 0);
        const rows = asserted().commit(stamp, entries, kept);
        entries.forEach((entry, index) => onRow(rowOf(rows[index] ?? 0, entry)));
        onWrite('after-write');
        return rows;
      },
      kept: () => (isDead ? [] : opened.kept()),
      lastStamp: () => (isDead ? undefined : opened.lastStamp()),
      retain: (now, keptMs) => asserted().retain(now, keptMs),
      wasFull: () => !isDead && opened.wasFull(),
      pending: () => (isDead ? [] : opened.pending()),
      findPending: (ref) => (isDead ? undefined : opened.findPending(ref)),
      sync() {
        if (!isDead) asserted().sync();
      },
      wipe(stamp, entry, kept) {
        const proof = asserted().wipe(stamp, entry, kept);
        onRow({ ...rowOf(opened.lastRow(), entry), wiped: true });
        return proof;
      },
    },
    setDisk(is) {
      disk = is;
      opened.close();
      const limitBytes = is === 'full' ? statSync(file).size + defaultReserveBytes : configuration.limitBytes;
      opened = openJournal({ file, limitBytes, log });
    },
    close: () => opened.close(),
    crash() {
      isDead = true;
      // Closing tidies up, which a killed program does not: what it left is kept aside and put back.
      const aside = `${file}.crashed`;
      copyJournal(file, aside);
      opened.close();
      copyJournal(aside, file);
      removeJournal(aside);
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

function toldOf({ report, from, stc: status, of, presses }: ReportRecord): Partial<JournalRowEvent> {
  return { report, from, status, ...(of === undefined ? {} : { of }), ...(presses === undefined ? {} : { presses }) };
}
