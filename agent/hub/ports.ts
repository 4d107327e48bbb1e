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

/** Reports of this priority and above are alarms (B16). */
export const alarmPriority = 7;

/** A line of the journal before it is committed. `body` is JSON. */
export type Entry =
  /** Something to tell the centre. It waits in the outbox, higher priority first, until an entry settles it. */
  | { kind: 'report'; ref: string; priority: number; body: ReportBody }
  /** Settles a report: the centre has acknowledged it (B2.1), or a newer update took its place (B1.3). */
  | { kind: 'acknowledged' | 'superseded'; ref: string; body: EntryBody }
  /** Anything else worth a line in the story (B13.1). */
  | { kind: NoteKind; ref?: string; body: EntryBody };

/** What is no report and still belongs to the story (B13.1). */
export const noteKinds = [
  /** The agent began, or ended in order. */
  'started',
  'stopped',
  /** A call began, was answered, ended or failed (B3). */
  'call',
  /** The mains or the battery changed; a flicker too (B6.1). */
  'power',
  /** The mobile link changed; a step of its recovery; a PIN about to be tried (B7). */
  'link',
  /** The path in use changed (B4.4). */
  'path',
  'sms',
  /** Something of an accessory that is no report: its window opened, it was enrolled or forgotten. */
  'accessory',
  /** A visit was opened or closed (B9). */
  'visit',
  'away',
  'camera',
  /** Installer mode, the range test (B10). */
  'installer',
  /** A command from the centre and what became of it. */
  'command',
  'configuration',
  /** The wall clock was set, or jumped (B12). */
  'clock',
  /** A device of the hub fails or is well (B16). */
  'device',
  /** What retention took away (B13.2). */
  'retention',
  /** A stage in the life of the hub: enrolled, in service, exchanged, ended (B14). */
  'life',
  /** The journal was damaged: what could be read of it goes on in a new file (B13). */
  'salvage',
] as const;

/** Under this is kept that the journal was damaged or lost, until the hub has reported it. */
export const salvagedKey = 'journal-salvaged';

export type NoteKind = (typeof noteKinds)[number];

/**
 * Something that must outlive a restart and is no story: the open visit, a deadline, a counter. It is committed together
 * with the entries that changed it. Without a value it is taken away.
 */
export interface Kept {
  /** Small letters, digits, hyphens and slashes: `visit`, `deadline/test-alarm`. */
  key: string;
  /** Plain data: it goes through JSON. */
  value: unknown;
}

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

/** The centre's word that it took a report, and what it asks for (B2.1, B3.1). */
export interface HandledAnswer {
  path: 'primary' | 'reserve' | 'sms';
  /** SCAIP's `mre`: voice, 0 none, 1 duplex, 2 microphone only, 3 speaker only. */
  mre?: number;
  /** SCAIP's `cre`: 1–60 answer by yourself for so many minutes, 61 call the predefined receiver, 62 call `tnu`. */
  cre?: number;
  tnu?: string;
  /** The whole answer as it goes into the journal. */
  body: EntryBody;
}

export interface Retained {
  /** Rows that are gone. */
  removed: number;
  /** Whether there is more to take away. */
  more: boolean;
}

/** The journal as the hub and its outbox need it; agent/journal is the real one. All calls are synchronous. */
export interface Journal {
  /**
   * Commits the entries, and what is to be kept, as one, durably: when it returns they survive a power cut. Returns the
   * entries' sequence numbers.
   */
  commit(stamp: Stamp, entries: readonly Entry[], kept?: readonly Kept[]): readonly number[];
  /** What is kept, each key once. */
  kept(): readonly Kept[];
  /** When the last entry was committed; undefined when there is none (B12.3). */
  lastStamp(): Stamp | undefined;
  /**
   * One step of taking away what is older than `keptMs` or does not fit, oldest of the lowest kind first (B13). What waits
   * for the centre stays.
   */
  retain(now: Stamp, keptMs: number): Retained;
  /** Whether the last commit found no room, and had to make it. */
  wasFull(): boolean;
  /** Reports not settled yet, highest priority first, then oldest first (B2.6); read one by one, not all at once. */
  pending(): Iterable<PendingReport>;
  findPending(ref: string): PendingReport | undefined;
  /** Folds what was committed into the one file and syncs it, so that a power cut leaves nothing to put right (B6.3). */
  sync(): void;
  /**
   * Takes everything away but this entry and this, beyond recovery from the file, and reads back what is left (B14.1).
   * It may be done again after a power cut.
   */
  wipe(stamp: Stamp, entry: Entry, kept: readonly Kept[]): WipeProof;
}

/** How much a wipe took away, and how much was there when the file was read again. */
export interface WipeProof {
  removed: JournalSize;
  left: JournalSize;
}

export interface JournalSize {
  entries: number;
  /** Reports that waited. */
  reports: number;
  kept: number;
}

/** What part of the journal is wanted (B13.1). */
export interface ExtractRequest {
  /** From this wall time on and up to that one, without it; milliseconds since 1970. */
  fromMs?: number;
  toMs?: number;
  format: 'json' | 'csv';
  /** Where the last piece ended, as it said. */
  next?: ExtractPlace;
}

/** The rows from behind `after` up to `upTo` are still to be looked at, for the piece with this number. */
export interface ExtractPlace {
  part: number;
  after: number;
  upTo: number;
}

/** A bounded piece of the journal. */
export interface ExtractPiece {
  /** Counts from 1. */
  part: number;
  /** How many entries are in this piece; there may be none. */
  count: number;
  /** As JSON, or as the lines of a CSV file. */
  entries?: readonly EntryBody[];
  text?: string;
  /** There is more; without it this is the last piece. */
  next?: ExtractPlace;
}

/** Everything that the hub's behaviour needs from outside. */
export interface HubPorts {
  clock: Clock;
  random: Random;
  log: Log;
  journal: Journal;
  /** Names this run of the machine in stamps. */
  boot: string;
  /** SHA-256 of a text's UTF-8, in hex. */
  hash(text: string): string;
  /** The key id of a public key in base64. Without it the hub takes no new keys of the centre. */
  keyIdOf?(publicKey: string): string;
  /** Reads a piece of the journal; throws when it cannot be read. Without it the hub hands out no extracts. */
  extract?(asked: ExtractRequest): ExtractPiece;
}
