import { type Agent, startAgent } from '#agent/agent.ts';
import { journalExtracts } from '#agent/journal/extract.ts';
import { firmware } from '#agent/firmware.ts';
import type { HubDevices } from '#agent/hub/devices.ts';
import { traced } from '#agent/lines/trace.ts';
import type { EndingClock } from '#agent/runtime/endingClock.ts';
import { keyIdOf, sha256Hex, verifiers } from '#agent/uplink/keys.ts';
import type { PathName } from '#agent/uplink/path.ts';
import type { OpenSession, TlsIdentity } from '#agent/uplink/session.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { Line, LineListener, OpenLine } from '#protocol/core/line.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import { type DiskState, type JournalOnDisk, openJournalOnDisk, type WriteMoment } from './journalOnDisk.ts';
import type { WallClock } from './machineClock.ts';
import { plainFields, type Recorder } from './recorder.ts';
import { devicesOf, type Side, whileAlive } from './side.ts';
import { watchedSessions } from './watchedSessions.ts';
import type { CentreName } from './world.ts';

/** One run of the program. */
export interface Life {
  clock: EndingClock;
  agent: Agent;
  disk: JournalOnDisk;
  /** Closes the serial ports, as the kernel does for a killed program. */
  releaseLines(): void;
  state: 'running' | 'stopping' | 'off';
}

/** What a run of the program gives to the drivers of its devices. */
export interface HubRun {
  clock: Clock;
  log: Log;
  /** The line as that run has it: what goes over it is noted, and it closes when the program is killed. */
  own(name: string, openLine: OpenLine): OpenLine;
}

export interface HubMachineOptions {
  clock: Clock;
  random: Random;
  configuration: Configuration;
  folder: string;
  openRadio: OpenLine;
  /** The devices on wires, as the drivers of one run of the program open them. Without it all are the sides'. */
  fitted?(run: HubRun): HubDevices;
  /** Sessions for one run of the program, on its own clock. */
  sessions(clock: Clock): OpenSession;
  /** What becomes of its connections when the program is killed, or the machine has no power. */
  connections: { killHost(): void; powerOff(): void };
  recorder: Recorder;
  wall: WallClock;
  /** When it came into service, on the world's clock: its last test alarm was acknowledged then (B5.1). Without it the journal says so. */
  inServiceAtMs?: number;
  /** Names each run of the machine, counted from 1. */
  bootName?(boots: number): string;
  /** The files of `mqtts://`. */
  tls?: Partial<Record<PathName, TlsIdentity>>;
  /** Whether what the hub says to who debugs it is noted too. */
  debug?: boolean;
  sides: readonly Side[];
  /** The power went, or came back. */
  onPower(on: boolean): void;
}

export interface LifeOptions extends HubMachineOptions {
  clock: EndingClock;
  boot: string;
  diskState: DiskState;
  onReported(ref: string): void;
  onSettled(ref: string): void;
  onWiped(): void;
  /** The program may be killed in it. */
  onWrite(moment: WriteMoment): void;
  onPath(at: CentreName, is: 'up' | 'down'): void;
}

/** Starts the program. */
export function startLife(options: LifeOptions): Life {
  const { clock, random, configuration, recorder } = options;
  const log = noting(options);
  const lines = new Set<Line>();
  const disk = openJournalOnDisk(configuration.journal, log, {
    onWrite: options.onWrite,
    onRow(row) {
      recorder.note(row);
      if (row.wiped === true) options.onWiped();
      if (row.entry === 'report' && row.ref !== undefined) options.onReported(row.ref);
      else if ((row.entry === 'acknowledged' || row.entry === 'superseded') && row.ref !== undefined)
        options.onSettled(row.ref);
    },
  });
  if (options.diskState !== 'ok') disk.setDisk(options.diskState);
  const openSession: OpenSession = watchedSessions(
    sessionsWhileAlive(options.sessions(clock), clock),
    recorder,
    (url) => (url === configuration.centre.reserve?.url ? 'reserve' : 'primary'),
    options.onPath,
  );
  const own = (name: string, openLine: OpenLine): OpenLine =>
    released(
      traced(openLine, name, clock, ({ line, direction, bytes }) => recorder.bytes(line, direction, bytes)),
      lines,
    );
  const agent = startAgent({
    configuration,
    firmware,
    clock,
    random,
    log,
    journal: disk.journal,
    boot: options.boot,
    openRadio: own('radio', options.openRadio),
    devices: mortal(devicesOf(options.sides, options.fitted?.({ clock, log, own }) ?? {}), clock.hasEnded),
    openSession,
    tls: options.tls ?? {},
    verifiers,
    keyIdOf,
    hash: sha256Hex,
    extract: journalExtracts(configuration.journal.file),
  });
  return { clock, agent, disk, releaseLines: () => lines.forEach((line) => line.close()), state: 'running' };
}

/**
 * A program that was killed hears nothing more, whatever its sockets and devices still have to say. One that was killed in
 * the middle of something does nothing more either.
 */
function mortal(devices: HubDevices, hasEnded: () => boolean): HubDevices {
  const alive =
    <Listener extends object, Opened extends object>(open: (listener: Listener) => Opened) =>
    (listener: Listener): Opened =>
      whileAlive(open(whileAlive(listener, hasEnded)), hasEnded);
  const { openSupply, openModem, openReader, openGnss, openRadar, openTracker, openFront, voicePaths } = devices;
  return {
    ...(openSupply === undefined ? {} : { openSupply: alive(openSupply) }),
    ...(openModem === undefined ? {} : { openModem: alive(openModem) }),
    ...(openReader === undefined ? {} : { openReader: alive(openReader) }),
    ...(openGnss === undefined ? {} : { openGnss: alive(openGnss) }),
    ...(openRadar === undefined ? {} : { openRadar: alive(openRadar) }),
    ...(openTracker === undefined ? {} : { openTracker: alive(openTracker) }),
    ...(openFront === undefined ? {} : { openFront: alive(openFront) }),
    ...(voicePaths === undefined ? {} : { voicePaths: voicePaths.map(alive) }),
  };
}

function sessionsWhileAlive(open: OpenSession, { hasEnded }: EndingClock): OpenSession {
  return (options, listener) => whileAlive(open(options, whileAlive(listener, hasEnded)), hasEnded);
}

/** Remembers what is open, so that it can be closed for a program that was killed. */
function released(openLine: OpenLine, lines: Set<Line>): OpenLine {
  return (settings, listener: LineListener) => {
    const line = openLine(settings, listener);
    lines.add(line);
    return {
      ...line,
      close() {
        lines.delete(line);
        line.close();
      },
    };
  };
}

/** The hub's log, a line an event. Debug lines are for who debugs the hub; a scenario of days would drown in them. */
function noting({ recorder, clock, folder, debug = false }: LifeOptions): Log {
  const at = (level: keyof Log) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    if (!clock.hasEnded()) recorder.note({ kind: 'log', level, message, fields: plainFields(fields, folder) });
  };
  return { debug: debug ? at('debug') : () => {}, info: at('info'), warn: at('warn'), error: at('error') };
}
