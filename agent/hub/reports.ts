import { type ReportRecord, encodeRecord } from '#protocol/mqtt/record.ts';
import { minuteMs } from '#protocol/core/time.ts';
import { createOwed } from './owed.ts';
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

/** What is committed together with a report. */
export interface Along {
  /** The reference of the report whose place it takes: that one is settled (B1.3). */
  inPlaceOf?: string | undefined;
  keep?: readonly Kept[];
  /** A line of the story that says what the report cannot. */
  note?: readonly [kind: NoteKind, body: EntryBody];
}

/** What somebody has asked for: a line of the story, and what is kept of it, told when it is committed. */
export interface Cause {
  note: readonly [kind: NoteKind, body: EntryBody];
  keep(): readonly Kept[];
}

/** A report that the centre acknowledged, and its answer as it goes into the journal. */
export interface Acknowledged {
  ref: string;
  body: EntryBody;
}

/** The one way by which anything is reported: committed to the journal first, then delivered (B1.1). */
export interface Reports {
  /** A reference for a report to be raised: known before it is, because the answer may come while it is delivered. */
  newReference(): string;
  /** Raises a report, and commits with it what goes with it. */
  raise(ref: string, content: ReportContent, along?: Along): void;
  /** The same under a new reference, which is returned. */
  report(content: ReportContent, along?: Along): string;
  /** The centre acknowledged reports that wait (B2.1): one commit, with what is to be kept. */
  acknowledged(all: readonly Acknowledged[], keep?: readonly Kept[]): void;
  /** Writes a line of the story that is no report. */
  note(kind: NoteKind, body: EntryBody, keep?: readonly Kept[]): void;
  /** Keeps something without a line of the story. False: the journal could not take it, and only the memory has it. */
  keep(keep: readonly Kept[]): boolean;
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
  /** The journal was wiped (B14.1): what it could not take before is gone, too. */
  wiped(): void;
}

/** The row of what is kept without a line of the story. */
const nothingWritten = 0;

/** How often the journal is asked to take what it could not: a crash meanwhile would lose it. */
const owedEveryMs = minuteMs;

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
  const owed = createOwed();

  function raise(ref: string, content: ReportContent, { inPlaceOf, keep = [], note }: Along = {}): void {
    const { report: step, from, pri: priority } = content;
    const stamp = stampNow();
    const record = recordOf(ref, content, stamp);
    const body = { record: encodeRecord(record), buffered: !isConnected() };
    log.info({ step, ref, from, priority }, `${step} from ${from}`);
    const before: Entry[] = note === undefined ? [] : [{ kind: note[0], body: note[1] }];
    const entries: Entry[] = [...superseded(inPlaceOf, ref), ...before, { kind: 'report', ref, priority, body }];
    const unjournalled = { ...body, record: encodeRecord({ ...record, journalled: false }) };
    const later: Entry[] = [...superseded(inPlaceOf, ref), { kind: 'report', ref, priority, body: unjournalled }];
    const seq = commit(stamp, entries, [...keep, ...along(record)], later);
    if (inPlaceOf !== undefined) {
      effects.settled(inPlaceOf);
    }
    if (seq === undefined) {
      effects.deliver({ seq: unjournalledSeq, ref, priority, stamp, body: unjournalled }, false);
    } else {
      log.info({ step: 'journal', ref, row: seq }, 'committed to the journal');
      effects.deliver({ seq, ref, priority, stamp, body }, true);
    }
    onReported(record);
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

  /**
   * The row of the last entry, or undefined when the journal could not take them: life goes on without it (B1.1), and
   * what is to be written `later` is.
   */
  function commit(
    stamp: Stamp,
    rows: readonly Entry[],
    kept: readonly Kept[] = [],
    later: readonly Entry[] = rows,
  ): number | undefined {
    const [entries, keep] = owed.before(...withCause(rows, kept));
    const write = (rows: readonly Entry[]) => journal.commit(stamp, rows, keep).at(-1) ?? nothingWritten;
    const first = attempt(() => write(entries));
    const seq = first ?? recover(entries, write);
    facts.changed(keep);
    if (seq === undefined) {
      failures += 1;
      if (owed.add(later, keep)) payLater();
    } else {
      owed.clear();
    }
    // Behind what is being committed just now: what follows is committed itself.
    if (first === undefined || journal.wasFull()) clock.at(clock.monotonicMs(), onJournalFailing);
    return seq;
  }

  function payLater(): void {
    clock.at(clock.monotonicMs() + owedEveryMs, () => {
      if (owed.isEmpty()) return;
      const [entries, keep] = owed.before([], []);
      const isPaid = attempt(() => journal.commit(stampNow(), entries.filter(isNew), keep).length) !== undefined;
      if (isPaid) owed.clear();
      else payLater();
    });
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

  /**
   * After a disk error the outcome is unknown. The journal is opened anew by the next call: what it says then counts, once
   * it is written and synced again, for the pages that the system still shows may never have reached the disk.
   */
  function recover(entries: readonly Entry[], write: (rows: readonly Entry[]) => number): number | undefined {
    return attempt(() => {
      journal.sync();
      const report = entries.findLast(({ kind }) => kind === 'report');
      const found = report?.ref === undefined ? undefined : journal.findPending(report.ref);
      return found?.seq ?? write(entries.filter(isNew));
    });
  }

  /** What is owed may have been taken after all: a reference that waits already would have everything refused. */
  function isNew(entry: Entry): boolean {
    return entry.kind !== 'report' || journal.findPending(entry.ref) === undefined;
  }

  function attempt(commitOnce: () => number | undefined): number | undefined {
    try {
      return commitOnce();
    } catch (error) {
      log.error({ error }, 'the journal could not commit');
      return undefined;
    }
  }

  function acknowledged(all: readonly Acknowledged[], keep: readonly Kept[] = []): void {
    const entries = all.map(({ ref, body }): Entry => ({ kind: 'acknowledged', ref, body }));
    const last = commit(stampNow(), entries, keep);
    all.forEach(({ ref, body }, index) => {
      const row = last === undefined ? undefined : last - (all.length - 1 - index);
      log.info({ step: 'acknowledged', ref, row, path: body['path'] }, 'the centre has acknowledged it');
      effects.settled(ref);
    });
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
    keep: (keep) => commit(stampNow(), [], keep) !== undefined,
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
    wiped: owed.clear,
  };
}

function superseded(ref: string | undefined, by: string): Entry[] {
  return ref === undefined ? [] : [{ kind: 'superseded', ref, body: { by } }];
}

/** A stamp as a record has it. */
export function momentOf({ boot, monotonicMs, wallMs, trusted }: Stamp): ReportRecord['when'] {
  return { boot, monotonicMs, wall: new Date(wallMs).toISOString(), trusted };
}
