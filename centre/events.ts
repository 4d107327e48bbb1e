import type { Course, Step } from './desk/course.ts';
import type { Acknowledgement } from '#protocol/mqtt/acknowledgement.ts';
import type { Command, CommandResult } from '#protocol/mqtt/command.ts';
import type { Heartbeat } from '#protocol/mqtt/heartbeat.ts';
import type { Problem } from '#protocol/mqtt/problem.ts';
import type { ReportRecord } from '#protocol/mqtt/record.ts';
import type { HubState } from '#protocol/mqtt/state.ts';

/** A report that reached the centre. Its repeats are arrivals of the same case (B2.5). */
export interface Case {
  readonly hub: string;
  readonly ref: string;
  /** SHA-256 of the record's text. */
  readonly hash: string;
  readonly record: ReportRecord;
  readonly buffered: boolean;
  /** Wall time of the first arrival, milliseconds since 1970. */
  readonly openedMs: number;
  /** How often it arrived, over all paths and attempts. */
  arrivals: number;
  /** By which of its paths the hub last sent it. */
  path: 'primary' | 'reserve';
  /** The last answer given; none while the centre is silent. */
  acknowledgement?: Acknowledgement;
  /** Of an alarm that was taken: where it stands. */
  course?: Course;
}

/** What happens at a centre, in the order of its happening. */
export type CentreEvent =
  /** `taken`: from now on the centre answers for it. */
  | { event: 'opened'; case: Case; taken: boolean; acknowledgement: Acknowledgement | undefined }
  | { event: 'repeated'; case: Case; taken: boolean; acknowledgement: Acknowledgement | undefined }
  /** What became of an alarm's case. */
  | (Step & { hub: string; ref: string })
  | { event: 'heartbeat'; hub: string; heartbeat: Heartbeat; answered: boolean }
  | { event: 'hub-state'; hub: string; state: HubState }
  /** A hub is new here, or its installation is over (H25, H27). */
  | { event: 'installed' | 'ended'; hub: string }
  /** Its heartbeats have stopped, and are back: a fault and its restore (H9). */
  | { event: 'hub-lost'; hub: string; silentForMs: number }
  | { event: 'hub-back'; hub: string; lostForMs: number }
  /** It works with this reserve from now on, and with its primary again (H16). */
  | { event: 'taken-over' | 'given-back'; hub: string }
  /** This hub, and more that may come, are not supervised. */
  | { event: 'too-many-hubs'; hub: string }
  /** What became of a command. */
  | { event: 'result'; hub: string; result: CommandResult }
  /** The hub was there, and told no result however often it was asked. */
  | { event: 'no-result'; hub: string; command: Command }
  | { event: 'refused'; hub: string | undefined; ref: string | undefined; problem: Problem }
  /** Told once when the flood is over: so many refusals that were counted but not told one by one. */
  | { event: 'refusals-untold'; count: number }
  /** So many answers did not get out; their hubs ask again. */
  | { event: 'answers-lost'; count: number }
  | { event: 'connected'; url: string; protocol: 'MQTT 5' | 'MQTT 3.1.1' }
  | { event: 'disconnected'; url: string; reason: string; retryMs: number };

export type CentreListener = (event: CentreEvent) => void;
