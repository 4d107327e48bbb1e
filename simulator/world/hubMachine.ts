import { existsSync } from 'node:fs';
import type { HubState } from '#agent/hub/concern.ts';
import { deadlineRow } from '#agent/hub/deadlines.ts';
import { hubStateAtBegin } from '#agent/hub/hub.ts';
import { nextTestAlarm } from '#agent/hub/test-alarm/testAlarm.ts';
import { openJournal } from '#agent/journal/journal.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Cancel, secondMs } from '#protocol/core/time.ts';
import type { JournalFate } from './action.ts';
import { copyJournal, spoilJournal } from './journalFile.ts';
import type { DiskState, WriteMoment } from './journalOnDisk.ts';
import { type HubMachineOptions, type Life, startLife } from './hubLife.ts';
import { createLifeClock } from './machineClock.ts';
import type { CentreName, WorldState } from './world.ts';

/** From the end of the program to its next start, when nobody says otherwise. */
const restartMs = 5 * secondMs;

/** The hub as a machine: a program that runs, ends, is killed or loses its power, and starts again by itself. */
export interface HubMachine {
  state(): Pick<WorldState, 'hub' | 'waiting'> & HubState;
  /** Whether there is a connection to this centre's broker. */
  isConnected(at: CentreName): boolean;
  isPowered(): boolean;
  /** Killed: nothing more is called, its files stay as they are. False when it does not run. */
  crash(): boolean;
  /** Killed at its next write to the journal, whichever of its runs that is in. */
  crashAtWrite(when: WriteMoment): void;
  /** Ended in order. False when it does not run. */
  restart(): boolean;
  /** Its supply went, or came back: it stands still, and starts by itself. */
  setPower(on: boolean): void;
  /** The disk is full, fails, or is as it should be. */
  setDisk(is: DiskState): void;
  /**
   * Lets something befall the journal's file: but for a copy, the program is killed before, and starts by itself. False
   * when there is no copy to be put in its place.
   */
  befallJournal(fate: JournalFate): boolean;
  /** What is counted, of the run that goes on or the last one. */
  counters(): Readonly<Record<string, unknown>>;
  /** Ends it in order, for good. */
  stop(stopped: () => void): void;
  /** Ends it for good, in whatever state it is. */
  close(): void;
}

export function startHubMachine(options: HubMachineOptions): HubMachine {
  const { clock, configuration, connections, recorder, wall, bootName: nameBoot = bootName } = options;
  let boots = 1;
  let bootMs = 0;
  let powered = true;
  /** The brokers to which there is a connection. */
  const connected = new Set<CentreName>();
  // What is known of a hub that does not run is what it was at the end.
  let lastState: HubState = hubStateAtBegin;
  let diskState: DiskState = 'ok';
  let crashesAt: WriteMoment | undefined;
  let isStarting = true;
  /** Whether the journal's file is another than the one that the last run has left. */
  let isOther = false;
  let cancelStart: Cancel = () => {};
  const waiting = takeUp(options, nameBoot(boots));
  let life = start();

  function start(): Life {
    recorder.note({ kind: 'hub', is: 'starting' });
    isStarting = true;
    const started = startLife({
      ...options,
      clock: createLifeClock(clock, bootMs, wall),
      boot: nameBoot(boots),
      onSettled: (ref) => waiting.delete(ref),
      onWiped: () => waiting.clear(),
      onReported: (ref) => waiting.add(ref),
      diskState,
      onWrite,
      onPath(at, is) {
        if (is === 'up') connected.add(at);
        else connected.delete(at);
      },
    });
    isStarting = false;
    if (isOther) {
      waiting.clear();
      for (const { ref } of started.disk.journal.pending()) waiting.add(ref);
      isOther = false;
    }
    return started;
  }

  /** What is written while the program starts passes: there is nothing yet that could be killed. */
  function onWrite(moment: WriteMoment): void {
    if (isStarting || moment !== crashesAt) return;
    crashesAt = undefined;
    crash();
  }

  function crash(): boolean {
    if (life.state === 'off') return false;
    connections.killHost();
    kill();
    recorder.note({ kind: 'hub', is: 'crashed' });
    startIn(restartMs);
    return true;
  }

  function befallJournal(fate: JournalFate): boolean {
    const { file } = configuration.journal;
    const copy = `${file}.copied`;
    if (fate === 'copied') {
      copyJournal(file, copy);
      return true;
    }
    if (fate === 'restored' && !existsSync(copy)) return false;
    crash();
    if (fate === 'restored') copyJournal(copy, file);
    else {
      // As an end in order folds the log into the file.
      openJournal({ file, log: silent }).close();
      spoilJournal(file, fate);
    }
    isOther = true;
    return true;
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

  /** False when it does not run. */
  function endInOrder(then: () => void): boolean {
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
      then();
    });
    return true;
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
    crash,
    crashAtWrite(when) {
      crashesAt = when;
    },
    restart: () => endInOrder(() => startIn(restartMs)),
    counters: () => life.agent.counters(),
    stop(stopped) {
      cancelStart();
      if (!endInOrder(stopped)) stopped();
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
    befallJournal,
    close() {
      cancelStart();
      kill();
    },
  };
}

/** The same in every world, so that traces are. */
function bootName(boots: number): string {
  return `00000000-0000-4000-8000-${String(boots).padStart(12, '0')}`;
}

/**
 * Leaves in the journal what a hub in service has there: when its next test alarm is due. Returns the references that
 * wait in it from earlier runs.
 */
function takeUp({ clock, configuration, inServiceAtMs }: HubMachineOptions, boot: string): Set<string> {
  const journal = openJournal({ file: configuration.journal.file, log: silent });
  if (inServiceAtMs !== undefined) {
    const wallMs = clock.wallMs() + inServiceAtMs - clock.monotonicMs();
    const then = { boot, monotonicMs: inServiceAtMs, wallMs, trusted: true };
    journal.commit(then, [], [deadlineRow(nextTestAlarm, then, configuration.testAlarm.everyMs)]);
  }
  const waiting = new Set([...journal.pending()].map(({ ref }) => ref));
  journal.close();
  return waiting;
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
