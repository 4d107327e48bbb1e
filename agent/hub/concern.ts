import type { AccessoryConfiguration, Configuration } from '#protocol/configuration/configuration.ts';
import type { TagConfiguration } from '#protocol/configuration/visitsSection.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import type { ProfileEvent, RadioTelegram } from '#protocol/esp3/profiles.ts';
import type { Heartbeat } from '#protocol/mqtt/heartbeat.ts';
import type { ReportRecord } from '#protocol/mqtt/record.ts';
import type { Deadlines } from './deadlines.ts';
import type { FrontButton, Light, Sound } from './devices.ts';
import type { Facts } from './facts.ts';
import type { HandledAnswer, Kept } from './ports.ts';
import type { AlarmSubject, Reports } from './reports.ts';

/**
 * One thing that the hub looks after: the alarms, the test alarm, the power, the visits. It hears what happens, its chart
 * decides, and what is decided goes into the journal before it is done. Concerns do not know each other: what one has
 * found out and others need is told to all (`Happenings`).
 */
export interface Concern extends Partial<Happenings> {
  /** Rebuilds what was going on, from facts; before anything is heard. */
  restore?(): void;
  /** What it must not forget of an acknowledgement, committed with it: a power cut may come at any instant. */
  keepsOf?(record: ReportRecord, answer: HandledAnswer): readonly Kept[];
  /** A report waits since before this run: an alarm before its update. Comes before `restore`. */
  waits?(record: ReportRecord): void;
  /** Opens its device. Something may be heard from now on. */
  start?(): void;
  /** The configuration has changed while the hub runs (B11). */
  reconfigured?(): void;
  stop?(): void;
  /** What it keeps with a report's commit: its own memory of it must not be lost between two commits. */
  along?(record: ReportRecord): readonly Kept[];
  /** The commands of the centre that are its affair, by name; `keyId` is whose signature they bear. */
  commands?: Readonly<Record<string, (command: Readonly<Record<string, unknown>>, keyId: string) => CommandOutcome>>;
  /** What it has to say in a heartbeat (B4.2). */
  heartbeat?(): Partial<Heartbeat>;
  /** What it has to say about the hub as it is now, for diagnostics. */
  state?(): Partial<HubState>;
  counters?(): Readonly<Record<string, number>>;
}

/** What happens in the hub, told to every concern in turn. */
export interface Happenings {
  /** Any telegram, whosever it is; told before `heard` and `stranger`. */
  received(telegram: RadioTelegram, accessory: AccessoryConfiguration | undefined): void;
  /** A telegram of an enrolled accessory, understood. */
  heard(accessory: AccessoryConfiguration, event: ProfileEvent, telegram: RadioTelegram): void;
  /** An enrolled accessory said something that cannot be read: it is encrypted, and may have been sent by anybody. */
  unreadable(accessory: AccessoryConfiguration): void;
  /** A telegram of a device that is not enrolled: the neighbour's, or a new one's (B14.2). */
  stranger(telegram: RadioTelegram): void;
  /**
   * Something raises an alarm: an accessory's rule, a button. What is given with it is kept with the same commit. While
   * the last one of the same device and status is not acknowledged it is an update of that (B1.3).
   */
  triggered(subject: AlarmSubject, keep?: readonly Kept[]): void;
  /** Whoever raised this alarm, not acknowledged yet, is somewhere else now: an update of it (B16). */
  moved(ref: string, subject: AlarmSubject): void;
  /** So many of the supervised accessories are missing (B8.2); told at the start too. */
  missingChanged(missing: number, supervised: number): void;
  /** A report was committed and is on its way. */
  reported(record: ReportRecord): void;
  /**
   * Every path was tried for an alarm, or there was none to try, and nobody took it; `round` counts from 1 in each run of
   * the program (B2.2).
   */
  roundOver(record: ReportRecord, round: number): void;
  /** The centre took responsibility for a report (B2.1). */
  acknowledged(record: ReportRecord, answer: HandledAnswer): void;
  /** A button of the hub itself. */
  button(button: FrontButton): void;
  /** A centre answered a heartbeat: it can be reached (B11.3). */
  heartbeatAnswered(): void;
  /** The path in use changed (B4.4). */
  pathChanged(path: 'primary' | 'reserve' | 'none'): void;
  /** A tag was held to the reader; undefined when the hub does not know it (B9.2). */
  tagRead(tag: TagConfiguration | undefined): void;
  /** Staff came, or left (B9); told at the start too, while a visit is open. */
  visitChanged(open: boolean): void;
  /** The client left home, or came back (B8.4); told at the start too, when away. */
  awayChanged(away: boolean): void;
  /** The hub saves power, or need not any more (B6.2). */
  savePower(on: boolean): void;
  /** The journal did not take what happened, or had to make room for it (B13.2). */
  journalFailing(): void;
  /** A call of the hub is up, or over (B3). */
  callChanged(up: boolean): void;
  /** The mobile network told the time, milliseconds since 1970 (B12.3). */
  timeTold(source: 'mobile', wallMs: number): void;
  /** The wall clock was set from a source worth believing, or has jumped (B12.2). */
  clockSet(): void;
}

export interface HubState {
  visit: 'none' | 'open';
  mode: 'in-service' | 'installer' | 'enrolling' | 'ended';
  away: boolean;
  /** The version of the configuration in force. */
  configuration: number;
  /** The path in use (B4.4). */
  path: 'primary' | 'reserve' | 'none';
}

export type CommandOutcome = Done | Refusal;

interface Done {
  outcome: 'done';
  body?: Readonly<Record<string, unknown>>;
  /** In place of a body: reads it when it is sent, and again when it is asked for again. It changes nothing. */
  read?(): Readonly<Record<string, unknown>>;
}

interface Refusal {
  outcome: 'refused';
  /** For people: what is wrong, and what would be right. */
  reason: string;
}

/** What the home sees and hears of the hub (B9.5). */
export interface Display {
  /** A light is wanted, or not any more; of those wanted the most urgent is shown. */
  light(light: Light, wanted: boolean): void;
  /** A light is wanted for a moment; wanted again, for another one from now. */
  flash(light: Light, forMs: number): void;
  play(sound: Sound): void;
}

/** What every concern works with. */
export interface HubContext {
  /** Its wall clock is the hub's: the best that is known of the time (B12.3). */
  clock: Clock;
  random: Random;
  log: Log;
  /** The configuration in force. */
  configuration(): Configuration;
  reports: Reports;
  facts: Facts;
  deadlines: Deadlines;
  display: Display;
  /** Tells every concern, the teller too. */
  tell: Happenings;
  /** Whether any path is connected right now. */
  isConnected(): boolean;
  /** The path in use: none is no connection at all (B4.4). */
  pathInUse(): 'primary' | 'reserve' | 'none';
}
