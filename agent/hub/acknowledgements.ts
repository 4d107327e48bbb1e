import type { Cancel, Clock } from '#protocol/core/time.ts';
import { type ReportKind, type ReportRecord, decodeRecord } from '#protocol/mqtt/record.ts';
import type { Concern } from './concern.ts';
import { alarmPriority, type HandledAnswer, type Kept, type PendingReport } from './ports.ts';
import type { Reports } from './reports.ts';

/** So many are one commit at most: as many as the outbox has under way of one priority. */
export const togetherLimit = 32;

/** What the centre says to these is committed at once, behind nothing else: alarms, and what takes their way (B5.2). */
const urgent: readonly ReportKind[] = ['alarm', 'update', 'test'];

/** A report that the centre took; its record, where that can be read. */
interface Acknowledgement {
  ref: string;
  record: ReportRecord | undefined;
  answer: HandledAnswer;
}

export interface Acknowledgements {
  /** The centre acknowledged a report that waits (B2.1). It waits until this is committed. */
  add(report: PendingReport, answer: HandledAnswer): void;
  /** Forgets what is not committed yet. */
  clear(): void;
  /** Commits what is not yet; from now on each is committed when it comes. */
  stop(): void;
}

export interface AcknowledgementsOptions {
  clock: Clock;
  reports: Reports;
  concerns: readonly Concern[];
  /** It is committed. */
  onCommitted(record: ReportRecord, answer: HandledAnswer): void;
}

/**
 * What the centre has acknowledged goes into the journal, and then the report waits no longer. Each commit waits for the
 * disk, which in a long drain is most of what it takes. So what comes at once, but for what somebody waits for, is one
 * commit: a millisecond's, or `togetherLimit`. What a crash leaves out of the journal is sent and acknowledged again.
 */
export function createAcknowledgements(options: AcknowledgementsOptions): Acknowledgements {
  const { clock, reports, concerns, onCommitted } = options;
  let waiting: Acknowledgement[] = [];
  let cancelCommit: Cancel | undefined;
  let isStopped = false;

  function add({ ref, priority, body }: PendingReport, answer: HandledAnswer): void {
    const read = decodeRecord(body.record);
    const record = read.ok ? read.value : undefined;
    const keep = record === undefined ? [] : concerns.flatMap(({ keepsOf }) => keepsOf?.(record, answer) ?? []);
    const isUrgent = priority >= alarmPriority || (record !== undefined && urgent.includes(record.report));
    if (isUrgent || keep.length > 0) {
      commit([{ ref, record, answer }], keep);
      return;
    }
    // Both centres may have it, or the same one says so twice.
    if (waiting.some((other) => other.ref === ref)) return;
    waiting.push({ ref, record, answer });
    if (isStopped || waiting.length >= togetherLimit) commitAll();
    else cancelCommit ??= clock.at(clock.monotonicMs(), commitAll);
  }

  function commitAll(): void {
    const all = waiting;
    clear();
    if (all.length > 0) commit(all, []);
  }

  function commit(all: readonly Acknowledgement[], keep: readonly Kept[]): void {
    reports.acknowledged(
      all.map(({ ref, answer }) => ({ ref, body: answer.body })),
      keep,
    );
    for (const { record, answer } of all) {
      if (record !== undefined) onCommitted(record, answer);
    }
  }

  function clear(): void {
    cancelCommit?.();
    cancelCommit = undefined;
    waiting = [];
  }

  return {
    add,
    clear,
    stop() {
      isStopped = true;
      commitAll();
    },
  };
}
