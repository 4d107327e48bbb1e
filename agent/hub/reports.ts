import { type ReportRecord, encodeRecord } from '#protocol/mqtt/record.ts';
import { drawReference } from './reference.ts';
import type { Facts } from './facts.ts';
import type { Entry, EntryBody, HubPorts, Kept, NoteKind, PendingReport, Stamp } from './ports.ts';

/** What the hub does once the journal has it: both may be done again after a crash without harm. */
export interface HubEffects {
  /** A report waits for the centre; `journalled` is false when the journal could not take it (B1.1). */
  deliver(report: PendingReport, journalled: boolean): void;
  /** A report waits no longer. */
  settled(ref: string): void;
  /** Heartbeats are to go another way (B4.4). */
  pathChanged(): void;
  /** Another configuration is in force: the paths to the centre follow it (B11). */
  reconfigured(): void;
}

/** What a report says, without who says it and when. */
export type ReportContent = Omit<ReportRecord, 'v' | 'hub' | 'ref' | 'when' | 'journalled'>;

/** Who raises an alarm, and what it says (B1.6). */
export type AlarmSubject = Pick<
  ReportContent,
  'from' | 'dty' | 'did' | 'stc' | 'pri' | 'lco' | 'lte' | 'lge' | 'verified'
>;

/** A report that waits: its reference, and whether the journal took it. */
export interface Waiting {
  ref: string;
  journalled: boolean;
}

/** What is committed together with a report. */
export interface Along {
  /** The report whose place it takes: that one is settled (B1.3). */
  inPlaceOf?: Waiting | undefined;
  keep?: readonly Kept[];
  /** A line of the story that says what the report cannot. */
  note?: readonly [kind: NoteKind, body: EntryBody];
}

/** What somebody has asked for: a line of the story, and what is kept of it, told when it is committed. */
export interface Cause {
  note: readonly [kind: NoteKind, body: EntryBody];
  keep(): readonly Kept[];
}

/** The one way by which anything is reported: committed to the journal first, then delivered (B1.1). */
export interface Reports {
  /** A reference for a report to be raised: known before it is, because the answer may come while it is delivered. */
  newReference(): string;
  /** Raises a report, and commits with it what goes with it. Returns whether the journal took it. */
  raise(ref: string, content: ReportContent, along?: Along): boolean;
  /** The same under a new reference, which is returned. */
  report(content: ReportContent, along?: Along): string;
  /** The centre acknowledged a report that waits (B2.1). `body` goes into the journal, with what is to be kept. */
  acknowledged(report: PendingReport, body: EntryBody, keep?: readonly Kept[]): void;
  /** Writes a line of the story that is no report. */
  note(kind: NoteKind, body: EntryBody, keep?: readonly Kept[]): void;
  /** Keeps something without a line of the story. */
  keep(keep: readonly Kept[]): void;
  /**
   * Does something, and commits this with the first thing that it commits, so that no power cut comes between what was
   * asked for and its being done. Returns what the doing returned, and whether it has committed anything.
   */
  asOne<Outcome>(cause: Cause, act: () => Outcome): { outcome: Outcome; committed: boolean };
  /** What was committed survives a power cut as it is; from now on nothing is to be put right after one either (B6.3). */
  sync(): void;
  /** The time as it is noted in the journal. */
  now(): Stamp;
  /** How often the journal could not commit, its recovery tried too. */
  journalFailures(): number;
}

/** The row of what is kept without a line of the story. */
const nothingWritten = 0;

/** What the journal could not take has no row; it goes behind what has one. */
const unjournalledSeq = Number.MAX_SAFE_INTEGER;

export interface ReportsOptions {
  /** The hub's id at the centre. */
  hub: string;
  ports: HubPorts;
  facts: Facts;
  effects: HubEffects;
  /** Whether any path is connected right now (B1.6). */
  isConnected(): boolean;
  /** What the concerns keep with this report's commit. */
  along(record: ReportRecord): readonly Kept[];
  /** A report was committed and is on its way. */
  onReported(record: ReportRecord): void;
  /** The journal did not take what happened, or had to make room for it. */
  onJournalFailing(): void;
}

export function createReports({
  hub,
  ports,
  facts,
  effects,
  isConnected,
  along,
  onReported,
  onJournalFailing,
}: ReportsOptions): Reports {
  const { clock, journal, log, random } = ports;
  let failures = 0;
  let cause: Cause | undefined;

  function raise(ref: string, content: ReportContent, { inPlaceOf, keep = [], note }: Along = {}): boolean {
    const { report: step, from, pri: priority } = content;
    const stamp = stampNow();
    const record = recordOf(ref, content, stamp);
    const body = { record: encodeRecord(record), buffered: !isConnected() };
    log.info({ step, ref, from, priority }, `${step} from ${from}`);
    const before: Entry[] = note === undefined ? [] : [{ kind: note[0], body: note[1] }];
    const entries: Entry[] = [...superseded(inPlaceOf, ref), ...before, { kind: 'report', ref, priority, body }];
    const seq = commit(stamp, entries, [...keep, ...along(record)]);
    if (inPlaceOf !== undefined) {
      effects.settled(inPlaceOf.ref);
    }
    if (seq === undefined) {
      const unjournalled = { ...body, record: encodeRecord({ ...record, journalled: false }) };
      effects.deliver({ seq: unjournalledSeq, ref, priority, stamp, body: unjournalled }, false);
    } else {
      log.info({ step: 'journal', ref, row: seq }, 'committed to the journal');
      effects.deliver({ seq, ref, priority, stamp, body }, true);
    }
    onReported(record);
    return seq !== undefined;
  }

  function recordOf(ref: string, content: ReportContent, stamp: Stamp): ReportRecord {
    return { v: 1, hub, ref, ...content, when: momentOf(stamp) };
  }

  function stampNow(): Stamp {
    return {
      boot: ports.boot,
      monotonicMs: Math.round(clock.monotonicMs()),
      wallMs: Math.round(clock.wallMs()),
      trusted: clock.wallTrusted(),
    };
  }

  /** The row of the last entry, or undefined when the journal could not take them: life goes on without it (B1.1). */
  function commit(stamp: Stamp, rows: readonly Entry[], kept: readonly Kept[] = []): number | undefined {
    const [entries, keep] = withCause(rows, kept);
    const write = () => journal.commit(stamp, entries, keep).at(-1) ?? nothingWritten;
    const seq = attempt(write) ?? recover(entries, write);
    failures += seq === undefined ? 1 : 0;
    facts.changed(keep);
    // Behind what is being committed just now: what follows is committed itself.
    if (seq === undefined || journal.wasFull()) clock.at(clock.monotonicMs(), onJournalFailing);
    return seq;
  }

  function withCause(rows: readonly Entry[], kept: readonly Kept[]): [readonly Entry[], readonly Kept[]] {
    if (cause === undefined) return [rows, kept];
    const { note, keep } = cause;
    cause = undefined;
    return [
      [{ kind: note[0], body: note[1] }, ...rows],
      [...keep(), ...kept],
    ];
  }

  const isCauseLeft = (): boolean => cause !== undefined;

  function asOne<Outcome>(asked: Cause, act: () => Outcome): { outcome: Outcome; committed: boolean } {
    cause = asked;
    try {
      const outcome = act();
      return { outcome, committed: !isCauseLeft() };
    } finally {
      cause = undefined;
    }
  }

  /** After a disk error the outcome is unknown. The journal is opened anew by the next call: what it says then counts. */
  function recover(entries: readonly Entry[], write: () => number): number | undefined {
    return attempt(() => {
      const report = entries.find(({ kind }) => kind === 'report');
      const found = report?.ref === undefined ? undefined : journal.findPending(report.ref);
      return found?.seq ?? write();
    });
  }

  function attempt(commitOnce: () => number | undefined): number | undefined {
    try {
      return commitOnce();
    } catch (error) {
      log.error({ error }, 'the journal could not commit');
      return undefined;
    }
  }

  function acknowledged(report: PendingReport, body: EntryBody, keep: readonly Kept[] = []): void {
    const { ref, seq, priority, body: reported } = report;
    const entries: Entry[] = [{ kind: 'acknowledged', ref, body }];
    if (seq === unjournalledSeq) {
      // The journal may be well again: then the story is written down whole.
      entries.unshift({ kind: 'report', ref, priority, body: reported });
    }
    const row = commit(stampNow(), entries, keep);
    log.info({ step: 'acknowledged', ref, row, path: body['path'] }, 'the centre has acknowledged it');
    effects.settled(ref);
  }

  return {
    newReference: () => drawReference(random),
    raise,
    report(content, along) {
      const ref = drawReference(random);
      raise(ref, content, along);
      return ref;
    },
    acknowledged,
    note: (kind, body, keep) => commit(stampNow(), [{ kind, body }], keep),
    keep: (keep) => commit(stampNow(), [], keep),
    asOne,
    sync() {
      try {
        journal.sync();
      } catch (error) {
        log.error({ error }, 'the journal could not be synced');
      }
    },
    now: stampNow,
    journalFailures: () => failures,
  };
}

function superseded(previous: Waiting | undefined, by: string): Entry[] {
  return previous?.journalled === true ? [{ kind: 'superseded', ref: previous.ref, body: { by } }] : [];
}

/** A stamp as a record has it. */
export function momentOf({ boot, monotonicMs, wallMs, trusted }: Stamp): ReportRecord['when'] {
  return { boot, monotonicMs, wall: new Date(wallMs).toISOString(), trusted };
}
