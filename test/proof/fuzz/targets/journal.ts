import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stamp } from '#agent/hub/ports.ts';
import { JournalError } from '#agent/journal/errors.ts';
import { csvLines, jsonLines } from '#agent/journal/formats.ts';
import { openJournal } from '#agent/journal/journal.ts';
import { openJournalReader } from '#agent/journal/reader.ts';
import { encodeRecord } from '#protocol/mqtt/record.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { bytesOf } from '#test/proof/fuzz/mutations.ts';
import { bytesTarget, isShowable, type Target } from '#test/proof/fuzz/target.ts';

const stamp: Stamp = { boot: 'b1', monotonicMs: 12, wallMs: Date.UTC(2026, 0, 15), trusted: true };
const limits = { limitBytes: 2_097_152, reserveBytes: 65_536 };

/** Opening and reading a file are some dozens of calls of the system, each of which may wait for the disk. */
const journalMsPerKb = 60;

/**
 * The journal's file, whatever is in it: a file that cannot be a journal is refused by a code, and what a damaged one says
 * is read or refused by a code too; nothing else is thrown.
 */
export const journalTargets: readonly Target[] = [
  bytesTarget(
    {
      name: 'the journal',
      corpus: [
        example(stamp.wallMs),
        example(9e15),
        new Uint8Array(0),
        bytesOf('SQLite format 3\0'),
        new Uint8Array(4_096),
      ],
      words: ['SQLite format 3\0', '{"record":', 'report', 'acknowledged', '{', '\0\0\0\0'],
      msPerKb: journalMsPerKb,
    },
    (input) => withFile(input, (file) => open(file) ?? read(file)),
  ),
  bytesTarget(
    {
      name: 'what a reader finds in the journal',
      corpus: [example(stamp.wallMs), example(9e15)],
      words: ['{', '}', '"', '\0'],
      msPerKb: journalMsPerKb,
    },
    (input) => withFile(input, read),
  ),
];

/** The second half of it was written when the clock said so. */
function example(wallMs: number): Uint8Array {
  return inFolder((file) => {
    const journal = openJournal({ file, log: createLogRecorder().log, ...limits });
    for (let number = 1; number <= 6; number += 1) {
      const ref = `A${number}`;
      const record = encodeRecord({
        v: 1,
        hub: 'hub-1',
        ref,
        report: 'alarm',
        from: 'pendant',
        dty: 3,
        stc: 10,
        pri: 8,
        when: { boot: 'b1', monotonicMs: 12, wall: '2026-01-15T11:00:00Z', trusted: true },
      });
      const report = { kind: 'report', ref, priority: 8, body: { record, buffered: false } } as const;
      journal.commit(
        { ...stamp, ...(number > 3 ? { wallMs } : {}), trusted: number > 2 },
        [report],
        [{ key: 'visit', value: { number } }],
      );
    }
    journal.commit(stamp, [{ kind: 'acknowledged', ref: 'A1', body: { snu: 0 } }]);
    journal.sync();
    journal.close();
    return Uint8Array.from(readFileSync(file));
  });
}

/** What the agent does with the file: all that waits, all that is kept, and one more alarm. */
function open(file: string): string | undefined {
  return refused(() => {
    const { log, lines } = createLogRecorder();
    const journal = openJournal({ file, log, ...limits });
    try {
      journal.kept();
      journal.lastStamp();
      for (const { ref } of journal.pending()) journal.findPending(ref);
      journal.commit(stamp, [{ kind: 'life', body: { what: 'started' } }]);
    } finally {
      journal.close();
    }
    return lines.map(({ message }) => isShowable(message)).find((broken) => broken !== undefined);
  });
}

/** What other programs read of it. */
function read(file: string): string | undefined {
  return refused(() => {
    const journal = openJournalReader(file);
    try {
      const events = [...journal.events()];
      const texts = [...csvLines(events), ...jsonLines(events)];
      journal.newest(3);
      journal.story('A2');
      journal.waits('A2');
      return texts.every((text) => typeof text === 'string') ? undefined : 'a line that is none';
    } finally {
      journal.close();
    }
  });
}

function refused(act: () => string | undefined): string | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    return error.code === 'journal/failed'
      ? `refused by no code of its own: ${error.message}`
      : isShowable(error.message);
  }
}

function withFile(input: Uint8Array, act: (file: string) => string | undefined): string | undefined {
  return inFolder((file) => {
    writeFileSync(file, input);
    return act(file);
  });
}

/** In memory where the machine has a place for it: nothing here is about the disk. */
function inFolder<Value>(act: (file: string) => Value): Value {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'fuzz-'));
  try {
    return act(join(folder, 'journal.db'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
