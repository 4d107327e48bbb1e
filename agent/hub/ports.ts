import type { Clock, Random } from '#protocol/core/time.ts';
import type { Log } from '#protocol/core/log.ts';

/** When something happened, as well as the hub can tell (B12.2). */
export interface Stamp {
  /** Names the run of the machine that `monotonicMs` counts in. */
  boot: string;
  monotonicMs: number;
  wallMs: number;
  /** Whether the wall clock was trustworthy at that moment. */
  trusted: boolean;
}

/** A line of the journal before it is committed. `body` is JSON. */
export type Entry =
  /** Something to tell the centre. It waits in the outbox, higher priority first, until an entry settles it. */
  | { kind: 'report'; ref: string; priority: number; body: ReportBody }
  /** Settles a report: the centre has acknowledged it (B2.1), or a newer update took its place (B1.3). */
  | { kind: 'acknowledged' | 'superseded'; ref: string; body: EntryBody }
  /** Anything else worth a line in the story (B13.1). */
  | { kind: NoteKind; ref?: string; body: EntryBody };

/** What is no report: the agent started, or ended in order. */
export type NoteKind = 'started' | 'stopped';

export type EntryBody = Readonly<Record<string, unknown>>;

export interface ReportBody {
  /** The exact text that is hashed and sent; it never changes. */
  record: string;
  /** Whether no path was connected at the moment of the commit (B1.6). */
  buffered: boolean;
}

/** A report that the centre has not acknowledged yet. */
export interface PendingReport {
  seq: number;
  ref: string;
  priority: number;
  stamp: Stamp;
  body: ReportBody;
}

/** The journal as the hub and its outbox need it; agent/journal is the real one. All calls are synchronous. */
export interface Journal {
  /** Commits the entries as one, durably: when it returns they survive a power cut. Returns their sequence numbers. */
  commit(stamp: Stamp, entries: readonly Entry[]): readonly number[];
  /** Reports not settled yet, highest priority first, then oldest first (B2.6); read one by one, not all at once. */
  pending(): Iterable<PendingReport>;
  findPending(ref: string): PendingReport | undefined;
}

/** Everything that the hub's behaviour needs from outside. */
export interface HubPorts {
  clock: Clock;
  random: Random;
  log: Log;
  journal: Journal;
  /** Names this run of the machine in stamps. */
  boot: string;
}
