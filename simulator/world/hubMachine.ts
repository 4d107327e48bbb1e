import { type Agent, startAgent } from '#agent/agent.ts';
import { firmware } from '#agent/firmware.ts';
import { traced } from '#agent/lines/trace.ts';
import { sha256Hex, verifiers } from '#agent/uplink/keys.ts';
import type { HubState } from '#agent/hub/concern.ts';
import type { HubDevices } from '#agent/hub/devices.ts';
import { deadlineRow } from '#agent/hub/deadlines.ts';
import { hubStateAtBegin } from '#agent/hub/hub.ts';
import { nextTestAlarm } from '#agent/hub/test-alarm/testAlarm.ts';
import { openJournal } from '#agent/journal/journal.ts';
import type { EndingClock } from '#agent/runtime/endingClock.ts';
import type { OpenSession } from '#agent/uplink/session.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { Line, LineListener, OpenLine } from '#protocol/core/line.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Cancel, type Clock, type Random, secondMs } from '#protocol/core/time.ts';
import { type DiskState, type JournalOnDisk, openJournalOnDisk } from './journalOnDisk.ts';
import { createLifeClock, type WallClock } from './machineClock.ts';
import { plainFields, type Recorder } from './recorder.ts';
import { devicesOf, type Side, whileAlive } from './side.ts';
import { watchedSessions } from './watchedSessions.ts';
import type { CentreName, WorldState } from './world.ts';

/** From the end of the program to its next start, when nobody says otherwise. */
const restartMs = 5 * secondMs;

export interface HubMachineOptions {
  clock: Clock;
  random: Random;
  configuration: Configuration;
  folder: string;
  openRadio: OpenLine;
  /** Sessions for one run of the program, on its own clock. */
  sessions(clock: Clock): OpenSession;
  /** What becomes of its connections when the program is killed, or the machine has no power. */
  connections: { killHost(): void; powerOff(): void };
  recorder: Recorder;
  wall: WallClock;
  /** When it came into service, on the world's clock: its last test alarm was acknowledged then (B5.1). */
  inServiceAtMs: number;
  sides: readonly Side[];
  /** The power went, or came back. */
  onPower(on: boolean): void;
}

/** The hub as a machine: a program that runs, ends, is killed or loses its power, and starts again by itself. */
export interface HubMachine {
  state(): Pick<WorldState, 'hub' | 'waiting'> & HubState;
  /** Whether there is a connection to this centre's broker. */
  isConnected(at: CentreName): boolean;
  isPowered(): boolean;
  /** Killed: nothing more is called, its files stay as they are. False when it does not run. */
  crash(): boolean;
  /** Ended in order. False when it does not run. */
  restart(): boolean;
  /** Its supply went, or came back: it stands still, and starts by itself. */
  setPower(on: boolean): void;
  /** The disk is full, fails, or is as it should be. */
  setDisk(is: DiskState): void;
  /** Ends it for good, in whatever state it is. */
  close(): void;
}

/** One run of the program. */
interface Life {
  clock: EndingClock;
  agent: Agent;
  disk: JournalOnDisk;
  /** Closes the serial ports, as the kernel does for a killed program. */
  releaseLines(): void;
  state: 'running' | 'stopping' | 'off';
}

export function startHubMachine(options: HubMachineOptions): HubMachine {
  const { clock, connections, recorder, wall } = options;
  const waiting = new Set<string>();
  let boots = 1;
  let bootMs = 0;
  let powered = true;
  /** The brokers to which there is a connection. */
  const connected = new Set<CentreName>();
  // What is known of a hub that does not run is what it was at the end.
  let lastState: HubState = hubStateAtBegin;
  let diskState: DiskState = 'ok';
  let cancelStart: Cancel = () => {};
  putIntoService(options, bootName(boots));
  let life = start();

  function start(): Life {
    recorder.note({ kind: 'hub', is: 'starting' });
    return startLife({
      ...options,
      clock: createLifeClock(clock, bootMs, wall),
      boot: bootName(boots),
      onSettled: (ref) => waiting.delete(ref),
      onWiped: () => waiting.clear(),
      onReported: (ref) => waiting.add(ref),
      diskState,
      onPath(at, is) {
        if (is === 'up') connected.add(at);
        else connected.delete(at);
      },
    });
  }

  function startIn(ms: number): void {
    cancelStart();
    cancelStart = clock.at(clock.monotonicMs() + ms, () => {
      life = start();
    });
  }

  function losePower(): void {
    cancelStart();
    connections.powerOff();
    kill();
    wall.losePower();
    options.onPower(false);
    recorder.note({ kind: 'hub', is: 'without-power' });
  }

  function regainPower(): void {
    boots += 1;
    bootMs = clock.monotonicMs();
    wall.regainPower();
    options.onPower(true);
    life = start();
  }

  function kill(): void {
    if (life.state === 'off') return;
    life.state = 'off';
    life.clock.end();
    life.releaseLines();
    life.disk.crash();
    for (const at of connected) recorder.note({ kind: 'path', at, is: 'down', reason: 'hub-gone' });
    connected.clear();
    ended();
  }

  function ended(): void {
    options.sides.forEach((side) => side.onEnd?.());
  }

  return {
    isPowered: () => powered,
    isConnected: (at) => connected.has(at),
    state() {
      if (life.state === 'running') lastState = life.agent.state();
      const path = life.state === 'running' ? lastState.path : 'none';
      return { ...lastState, hub: life.state, path, waiting: waiting.size };
    },
    crash() {
      if (life.state === 'off') return false;
      connections.killHost();
      kill();
      recorder.note({ kind: 'hub', is: 'crashed' });
      startIn(restartMs);
      return true;
    },
    restart() {
      if (life.state !== 'running') return false;
      const mine = life;
      mine.state = 'stopping';
      mine.agent.stop(() => {
        if (mine.state !== 'stopping') return;
        mine.state = 'off';
        mine.clock.end();
        mine.disk.close();
        connected.clear();
        recorder.note({ kind: 'hub', is: 'stopped' });
        ended();
        startIn(restartMs);
      });
      return true;
    },
    setPower(on) {
      if (on === powered) return;
      powered = on;
      if (on) regainPower();
      else losePower();
    },
    setDisk(is) {
      diskState = is;
      if (life.state !== 'off') life.disk.setDisk(is);
    },
    close() {
      cancelStart();
      kill();
    },
  };
}

function bootName(boots: number): string {
  return `00000000-0000-4000-8000-${String(boots).padStart(12, '0')}`;
}

/** Leaves in the journal what a hub in service has there: when its next test alarm is due. */
function putIntoService({ clock, configuration, inServiceAtMs }: HubMachineOptions, boot: string): void {
  const wallMs = clock.wallMs() + inServiceAtMs - clock.monotonicMs();
  const then = { boot, monotonicMs: inServiceAtMs, wallMs, trusted: true };
  const journal = openJournal({ file: configuration.journal.file, log: silent });
  journal.commit(then, [], [deadlineRow(nextTestAlarm, then, configuration.testAlarm.everyMs)]);
  journal.close();
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

interface LifeOptions extends HubMachineOptions {
  clock: EndingClock;
  boot: string;
  diskState: DiskState;
  onReported(ref: string): void;
  onSettled(ref: string): void;
  onWiped(): void;
  onPath(at: CentreName, is: 'up' | 'down'): void;
}

function startLife(options: LifeOptions): Life {
  const { clock, random, configuration, recorder } = options;
  const log = noting(options);
  const lines = new Set<Line>();
  const disk = openJournalOnDisk(configuration.journal, log, (row) => {
    recorder.note(row);
    if (row.wiped === true) options.onWiped();
    if (row.entry === 'report' && row.ref !== undefined) options.onReported(row.ref);
    else if ((row.entry === 'acknowledged' || row.entry === 'superseded') && row.ref !== undefined)
      options.onSettled(row.ref);
  });
  if (options.diskState !== 'ok') disk.setDisk(options.diskState);
  const openSession: OpenSession = watchedSessions(
    sessionsWhileAlive(options.sessions(clock), clock),
    recorder,
    (url) => (url === configuration.centre.reserve?.url ? 'reserve' : 'primary'),
    options.onPath,
  );
  const agent = startAgent({
    configuration,
    firmware,
    clock,
    random,
    log,
    journal: disk.journal,
    boot: options.boot,
    openRadio: released(
      traced(options.openRadio, 'radio', clock, ({ line, direction, bytes }) => recorder.bytes(line, direction, bytes)),
      lines,
    ),
    devices: mortal(devicesOf(options.sides), clock.hasEnded),
    openSession,
    tls: {},
    verifiers,
    hash: sha256Hex,
  });
  return { clock, agent, disk, releaseLines: () => lines.forEach((line) => line.close()), state: 'running' };
}

/** A program that was killed hears nothing more, whatever its sockets and devices still have to say. */
function mortal(devices: HubDevices, hasEnded: () => boolean): HubDevices {
  const alive =
    <Listener extends object, Opened>(open: (listener: Listener) => Opened) =>
    (listener: Listener): Opened =>
      open(whileAlive(listener, hasEnded));
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
  return (options, listener) => open(options, whileAlive(listener, hasEnded));
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
function noting({ recorder, folder }: LifeOptions): Log {
  const at = (level: 'info' | 'warn' | 'error') => (fields: Readonly<Record<string, unknown>>, message: string) =>
    recorder.note({ kind: 'log', level, message, fields: plainFields(fields, folder) });
  return { debug() {}, info: at('info'), warn: at('warn'), error: at('error') };
}
