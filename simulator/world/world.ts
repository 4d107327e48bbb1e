import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { LogFields } from '#protocol/core/log.ts';
import type { Result } from '#protocol/core/result.ts';

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

/** What can be done, with the words of the scenario language. Names are accessories'. */
export type Action =
  | { word: 'press' | 'smoke' | 'clear'; name: string }
  | { word: 'stranger'; does: 'press' }
  | { word: 'accessory'; name: string; silent?: boolean; dbm?: number; repeat?: number }
  | { word: 'link'; is: 'up' | 'down' | LinkDifficulties }
  | { word: 'broker'; does: 'stop' | 'start' | 'restart' }
  | { word: 'centre'; does: CentreManner }
  /** It starts by itself 5 s after a crash or a restart, and `offMs` (30 s) after a power cut. */
  | { word: 'hub'; does: 'crash' | 'restart' }
  | { word: 'hub'; does: 'power-cut'; offMs?: number }
  /** As if the device had sent them; two hex digits a byte, spaces do not count. */
  | { word: 'bytes'; to: Device; hex: string }
  | { word: 'unplug' | 'plug'; device: Device }
  | { word: 'clock'; does: 'unset' }
  /** The hub's wall clock jumps, forwards or with a negative number backwards. */
  | { word: 'clock'; does: 'jump'; byMs: number };

/** A link that is up, and bad. What is not given is as usual. */
export interface LinkDifficulties {
  /** Share of packets that get lost, 0 to 1. TCP sends them again, later and later, and gives up in the end. */
  loss?: number;
  /** How long each packet is under way, in milliseconds, in each direction. */
  delayMs?: number;
  /** Bits per second, in each direction. */
  bitsPerSecond?: number;
}

export type CentreManner = 'silent' | 'answers' | 'hold' | 'busy' | 'not-treated' | 'offline' | 'online';

export type Device = 'radio';

export type CentreName = 'primary';

export interface WorldState {
  link: 'up' | 'down';
  /** The path in use, as the hub sees it. */
  path: CentreName | 'none';
  /** Reports not yet acknowledged: those in the journal that wait. */
  waiting: number;
  hub: 'running' | 'stopping' | 'off';
}

/** Something that happened. Plain data: it can be printed, compared and hashed as it is. */
export type WorldEvent = { sequence: number; atMs: number } & (
  | ArrivalEvent
  | HeartbeatEvent
  | JournalRowEvent
  | LogEvent
  | TelegramEvent
  | PlaceEvent
  | { kind: 'action'; action: Action }
);

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
  priority: number;
  buffered: boolean;
  /** An update's alarm. */
  of?: string;
  presses?: number;
  /** SCAIP's status number of the answer; none while the centre is silent. */
  answer?: number;
}

export interface HeartbeatEvent {
  kind: 'heartbeat';
  at: CentreName;
  hub: string;
  /** The hub's own count. */
  beat: number;
  waiting: number;
  missed?: number;
  missedSinceMs?: number;
  answered: boolean;
}

/** A row was committed to the hub's journal. */
export interface JournalRowEvent {
  kind: 'journal';
  row: number;
  entry: 'report' | 'acknowledged' | 'superseded' | 'started' | 'stopped' | 'fault' | 'restore';
  ref?: string;
  /** Of a report. */
  report?: string;
  from?: string;
  priority?: number;
  buffered?: boolean;
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
