import type { CentrePathName as PathName } from '#agent/hub/path/path.ts';
import type { PendingReport } from '#agent/hub/ports.ts';

/** A way to a centre: the primary's, the reserve's (H16). */
export interface Path {
  name: PathName;
  /** Whether there is a connection to its broker. */
  isUp(): boolean;
  /** Connected, and known to be down all the same: its centre says that it is not there, or does not answer (B4.4). */
  isSuspect(): boolean;
  /** Hands the report to the wire. False when it could not be handed over; true says nothing about its arrival (B2.1). */
  send(report: PendingReport, attempt: number): boolean;
  /** Whether an alarm waits, which shortens the pauses between reconnects (B2.3). */
  hurry(on: boolean): void;
}

export type { CentrePathName as PathName, PathCondition } from '#agent/hub/path/path.ts';

/** A centre's word about a report, its signature already checked. */
export interface Answer {
  ref: string;
  /** SHA-256 of the record that the centre took, in hex. */
  hash: string;
  /** SCAIP's status number: 0 handled, 4 hold, 5 not treated, 6 busy, else an error. */
  snu: number;
  /** What it asks for: see HandledAnswer. */
  mre?: number;
  cre?: number;
  tnu?: string;
  /** The interval of heartbeats from now on, in minutes (B4.5). */
  hbi?: number;
  /** The whole answer as it goes into the journal. */
  body: Readonly<Record<string, unknown>>;
}
