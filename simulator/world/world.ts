import type { Light, MobileStatus, Sound, VoicePathName } from '#agent/hub/devices.ts';
import type { Entry } from '#agent/hub/ports.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { LogFields } from '#protocol/core/log.ts';
import type { Result } from '#protocol/core/result.ts';
import type { CentreHabits } from './centreHabits.ts';
import type { Action, CentreManner, CentreName, Device, LinkDifficulties } from './action.ts';

export type * from './action.ts';

/**
 * A home, its hub and its centre, as a scenario sees them: what can be done to them, and what has happened. The same for
 * virtual time and for real time, so that one runner serves both.
 */
export interface World {
  /** Milliseconds since time 0, when the hub was in service. */
  nowMs(): number;
  /**
   * Lets time pass until `untilMs` since time 0, or until `stop` says so. `stop` is asked at the begin and whenever
   * something has happened; time then stands where that was.
   */
  advance(untilMs: number, stop?: () => boolean): Promise<void>;
  /**
   * Does something to the world, in no time of its own; its bytes have reached the hub when it is done. The problem is
   * for people: a name that nobody has, a word that makes no sense now.
   */
  perform(action: Action): Promise<Result<void, string>>;
  /** What has happened since time 0, in order. The list grows; it is always the same one. */
  events(): readonly WorldEvent[];
  state(): WorldState;
  /** Where the hub's journal is, for a reader; it can be opened while the world lives. */
  journalFile(): string;
  sizes(): WorldSizes;
  /** For how long the machine has held the world up in all, milliseconds since time 0; 0 in virtual time. */
  heldUpMs(): number;
  /** SHA-256 in hex over every event and every byte on every line and on the network. */
  traceHash(): string;
  /** Ends everything and removes what was put on the disk. */
  close(): Promise<void>;
}

export interface WorldOptions {
  /** Decides references, keys, offsets, jitter and noise. */
  seed: number;
  /** Wall time at time 0, milliseconds since 1970. */
  startWallMs: number;
  /** The home's. The world puts its own broker, keys, serial port and journal in their places. */
  configuration: Configuration;
  /** The same as it is written: what a configuration from the centre is laid over (B11). */
  document?: Readonly<Record<string, unknown>>;
  /** How the centres' people and telephones are; as usual without it. */
  centre?: CentreHabits;
  /** Whether GNSS and radar send at their real rates, and not on change and once a minute. */
  realRates?: boolean;
  /** How bad the serial lines are; without it they are perfect. */
  lines?: LineDifficulties;
}

/** As devices/line/memoryLine.ts has them. */
export interface LineDifficulties {
  latencyMs?: number;
  /** Chances from 0 to 1. */
  fragmentation?: number;
  noise?: number;
}

export type OpenWorld = (options: WorldOptions) => Promise<World>;

/** How much there is of what may pile up. */
export interface WorldSizes {
  /** The journal's file, without its log. */
  journalBytes: number;
  /** Timers that wait, the world's own among them; in real time nobody counts them. */
  timers?: number;
}

export interface WorldState {
  power: 'mains' | 'battery';
  /** The battery's charge in per cent, rounded. */
  charge: number;
  link: 'up' | 'down';
  registration: MobileStatus['registration'];
  sim: MobileStatus['sim'];
  /** Wrong PINs given since time 0. */
  pinAttempts: number;
  /** The path in use, as the hub sees it. */
  path: CentreName | 'none';
  visit: 'none' | 'open';
  /** Reports not yet acknowledged: those in the journal that wait. */
  waiting: number;
  mode: 'in-service' | 'installer' | 'enrolling' | 'ended';
  away: boolean;
  /** The version of the configuration in force. */
  configuration: number;
  hub: 'running' | 'stopping' | 'off';
}

/** A home where nothing has happened yet: the hub is in service (docs/scenarios.md). */
export const stateAtBegin: WorldState = {
  power: 'mains',
  charge: 100,
  link: 'up',
  registration: 'home',
  sim: 'ready',
  pinAttempts: 0,
  path: 'primary',
  visit: 'none',
  waiting: 0,
  mode: 'in-service',
  away: false,
  configuration: 1,
  hub: 'running',
};

/** Something that happened. Plain data: it can be printed, compared and hashed as it is. */
export type WorldEvent = { sequence: number; atMs: number } & (
  | ArrivalEvent
  | HeartbeatEvent
  | JournalRowEvent
  | LogEvent
  | TelegramEvent
  | VoiceEvent
  | MessageEvent
  | FrontEvent
  | PowerEvent
  | MobileEvent
  | ResultEvent
  | PlaceEvent
  | { kind: 'action'; action: Action }
);

export const callStages = ['ringing', 'connected', 'ended', 'failed'] as const;

/** A call between the hub and somebody, as the network sees it. */
export interface VoiceEvent {
  kind: 'voice';
  is: (typeof callStages)[number];
  path: VoicePathName;
  /** Who began it. */
  by: 'hub' | 'centre';
  /** The number or URI that was called. */
  to: string;
  reason?: string;
}

/** A short message left the hub, or reached it. */
export interface MessageEvent {
  kind: 'sms';
  is: 'sent' | 'received';
  /** The other side's number. */
  number: string;
  text: string;
  /** The report that it carries, of one that was sent. */
  ref?: string;
}

/** What the home can see and hear of the hub. */
export type FrontEvent = { kind: 'light'; name: Light } | { kind: 'sound'; name: Sound };

/** The supply changed: the mains, or the charge by a whole per cent. */
export interface PowerEvent {
  kind: 'power';
  mains: boolean;
  chargePercent: number;
}

/** The modem's status changed. */
export type MobileEvent = { kind: 'mobile' } & MobileStatus;

/** The hub told the outcome of a command (B11, `up/result`). */
export interface ResultEvent {
  kind: 'result';
  at: CentreName;
  command: string;
  id: string;
  outcome: string;
  reason?: string;
}

/** A report arrived at a centre, whatever the answer. */
export interface ArrivalEvent {
  kind: 'arrival';
  at: CentreName;
  hub: string;
  ref: string;
  /** Whether the centre knew it already. */
  repeat: boolean;
  report: string;
  /** The accessory, or `hub`. */
  from: string;
  status: number;
  /** SCAIP's location code. */
  location?: number;
  priority: number;
  buffered: boolean;
  /** An update's alarm. */
  of?: string;
  presses?: number;
  /** SCAIP's status number of the answer; none while the centre is silent. */
  answer?: number;
  /** False: the journal could not take it (B1.1). */
  journalled?: boolean;
  /** The answer is not signed by the centre: it counts for nothing. */
  forged?: true;
  /** False: what raised it did not prove its sender. */
  verified?: boolean;
}

export interface HeartbeatEvent {
  kind: 'heartbeat';
  at: CentreName;
  hub: string;
  /** The hub's own count. */
  beat: number;
  /** Whether it only asks whether the path works again: the reserve is in use (B4.4). */
  probe: boolean;
  waiting: number;
  power?: 'mains' | 'battery';
  chargePercent?: number;
  hoursLeft?: number;
  access?: string;
  signalDbm?: number;
  configuration?: number;
  missed?: number;
  missedSinceMs?: number;
  answered: boolean;
}

/** A row was committed to the hub's journal. */
export interface JournalRowEvent {
  kind: 'journal';
  row: number;
  entry: Entry['kind'];
  ref?: string;
  /** All rows before it were taken away (B14.1). */
  wiped?: true;
  /** Of a report. */
  report?: string;
  from?: string;
  status?: number;
  priority?: number;
  buffered?: boolean;
  /** An update's alarm. */
  of?: string;
  presses?: number;
}

/** A line of the hub's log. */
export interface LogEvent {
  kind: 'log';
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  fields: LogFields;
}

/** A radio telegram reached the receiver. */
export interface TelegramEvent {
  kind: 'telegram';
  from: string;
  what: string;
  /** 0 is the original, the others came by repeaters. */
  copy: number;
  /** Whether the receiver was running and handed it over. */
  heard: boolean;
}

/** One of the places changed its state. */
export type PlaceEvent =
  | { kind: 'link'; is: 'up' | 'down'; difficulties?: LinkDifficulties }
  /** The hub's connection to the broker of a centre, as the hub sees it. */
  | { kind: 'path'; at: CentreName; is: 'up' | 'down'; reason?: string }
  | { kind: 'hub'; is: 'starting' | 'stopped' | 'crashed' | 'without-power' }
  | { kind: 'broker'; is: 'running' | 'stopped' }
  | { kind: 'centre'; at: CentreName; is: CentreManner | 'connected' | 'disconnected' }
  /** The centre refused what came; also what it tells of others' bad messages. */
  | { kind: 'refusal'; at: CentreName; code: string; message: string; ref?: string }
  | { kind: 'device'; device: Device; is: 'plugged' | 'unplugged' | 'restarted' };
