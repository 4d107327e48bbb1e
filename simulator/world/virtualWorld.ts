import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createRadioDevice } from '#devices/radio/radioDevice.ts';
import { centreNames } from '#protocol/configuration/centreSection.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import { type Random, secondMs } from '#protocol/core/time.ts';
import { type Bearer, createBearer } from '#simulator/network/bearer.ts';
import { createMemoryBroker, type MemoryBroker } from '#simulator/network/memoryBroker.ts';
import { memoryConnections } from '#simulator/network/centreConnection.ts';
import { memorySessions } from '#simulator/network/memorySession.ts';
import { createSeededRandom } from '#simulator/seededRandom.ts';
import { createVirtualClock, type VirtualClock } from '#simulator/virtualClock.ts';
import { type CentreSide, reached, startCentreSide } from './centreSide.ts';
import { startHubMachine } from './hubMachine.ts';
import { createWallClock, settingClock } from './machineClock.ts';
import { noteRadio, startPeriodicTelegrams, transmittersOf } from './radioSide.ts';
import { createSides, surroundings } from './sides.ts';
import { stateOf } from './side.ts';
import { createOrders } from './orders.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { type Parts, performAction } from './performAction.ts';
import { type CentreName, type OpenWorld, stateAtBegin, type World, type WorldOptions } from './world.ts';

/** The hub is brought up for so long before time 0 at least; the seed adds up to a heartbeat's interval. */
const bringUpMs = 60 * secondMs;
const bringUpSpreadMs = 120 * secondMs;

/** Where files cost nothing, on Linux. */
const memoryFolder = '/dev/shm';

/** A packet between a centre and its broker, which stand side by side. */
const centresDelayMs = 1;

const brokerUrls = { primary: 'mqtt://primary.example:1883', reserve: 'mqtt://reserve.example:1883' } as const;

/**
 * A world in virtual time: the same agent, drivers, codecs, journal and centre as ever, on a line and a network in
 * memory. It rejects when the hub does not come into service, which is a mistake of the program.
 */
export const openVirtualWorld: OpenWorld = async (options) => {
  const folder = mkdtempSync(join(existsSync(memoryFolder) ? memoryFolder : tmpdir(), 'welfare-hub-'));
  try {
    return furnish(options, folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
};

function furnish(options: WorldOptions, folder: string): World {
  // Every part draws from a sequence of its own, so that one that draws more does not change the others' luck.
  const random = (part: number): Random => createSeededRandom(Math.imul(options.seed + 1, 0x9e37_79b1) + part);
  const startMs = bringUpMs + Math.floor(random(0)() * bringUpSpreadMs);
  const clock = createVirtualClock(options.startWallMs - startMs);
  // Whole milliseconds: a scenario and its reader know no smaller ones.
  const nowMs = (): number => Math.floor(clock.monotonicMs() - startMs);
  const recorder = createRecorder(nowMs);
  const parts = assemble(options, folder, { clock, startMs, recorder, random });
  clock.advanceTo(startMs);
  const { machine } = parts;
  if (machine.state().path !== 'primary' || !machine.isConnected('reserve'))
    throw new Error('the hub did not come into service before time 0');
  recorder.begin();
  const events = recorder.events();

  return {
    nowMs,
    advance(untilMs, stop) {
      let seen = events.length;
      if (stop?.() === true) return Promise.resolve();
      clock.advanceTo(untilMs + startMs, () => {
        if (stop === undefined || events.length === seen) return false;
        seen = events.length;
        return stop();
      });
      return Promise.resolve();
    },
    perform(action) {
      recorder.note({ kind: 'action', action });
      const outcome = performAction(parts, action);
      // What falls due at this very moment happens: the bytes reach the hub.
      clock.advance(0);
      return Promise.resolve(outcome);
    },
    events: () => events,
    state: () => ({
      ...stateAtBegin,
      ...stateOf(parts.sides),
      ...machine.state(),
    }),
    journalFile: () => journalIn(folder),
    sizes: () => ({ journalBytes: statSync(journalIn(folder)).size, timers: clock.waiting() }),
    heldUpMs: () => 0,
    traceHash: recorder.hash,
    close() {
      machine.close();
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

interface Ground {
  clock: VirtualClock;
  /** When it is time 0, on that clock. */
  startMs: number;
  recorder: Recorder;
  random(part: number): Random;
}

function assemble(
  options: WorldOptions,
  folder: string,
  { clock, startMs, recorder, random }: Ground,
): Parts & { bearer: Bearer } {
  const line = createMemoryLine({ clock, random: random(1), name: 'ttyRADIO', ...options.lines });
  const radio = createRadioDevice({
    line: line.device,
    connector: line,
    clock,
    random: random(2),
    transmitters: transmittersOf(options.configuration),
    onEvent: (event) => noteRadio(recorder, event),
  });
  startPeriodicTelegrams(clock, radio, options.configuration);
  const brokers = { primary: createMemoryBroker({ clock }), reserve: createMemoryBroker({ clock }) };
  const findBroker = (url: string): MemoryBroker | undefined => {
    const at = centreNames.find((name) => brokerUrls[name] === url);
    return at === undefined ? undefined : brokers[at];
  };
  const configuration = configure(options, folder);
  const orders = createOrders(configuration, options.document);
  const centresLine = createBearer({ clock, random: random(6), delayMs: centresDelayMs });
  const centre = (at: CentreName, part: number): CentreSide =>
    startCentreSide({
      at,
      clock,
      random: random(part),
      seed: options.seed,
      url: brokerUrls[at],
      connect: memoryConnections({ clock, bearer: centresLine, findBroker }),
      note: recorder.note,
      habits: options.centre,
      onEvent: at === 'primary' ? orders.hear : () => {},
    });
  const centres = { primary: centre('primary', 3), reserve: centre('reserve', 7) };
  const bearer = createBearer({ clock, random: random(4) });
  const wall = createWallClock({ clock, hasNetwork: bearer.isUp });
  const pulledOut = new Set<string>();
  const sides = createSides({
    clock,
    random,
    recorder,
    bearer: settingClock(bearer, wall),
    ...surroundings(options),
    power: (on) => machine.setPower(on),
  });
  const machine = startHubMachine({
    clock,
    random: random(5),
    configuration,
    folder,
    openRadio: line.openLine,
    sessions: (lifeClock) => memorySessions({ clock: lifeClock, bearer, findBroker }),
    connections: bearer,
    recorder,
    wall,
    inServiceAtMs: startMs,
    sides,
    onPower(on) {
      sides.forEach((side) => side.onPower?.(on));
      // The receiver lives on the hub's power.
      if (!pulledOut.has('radio')) radio.perform({ word: on ? 'plug' : 'unplug' });
    },
  });
  return {
    clock,
    recorder,
    bearer,
    broker: brokers.primary,
    centres,
    radioLine: line.device,
    radio,
    machine,
    wall,
    pulledOut,
    sides,
    orders,
    configuration: options.configuration,
  };
}

function journalIn(folder: string): string {
  return join(folder, 'journal.db');
}

function configure({ configuration, seed }: WorldOptions, folder: string): Configuration {
  return {
    ...configuration,
    centre: {
      primary: reached('primary', seed, brokerUrls.primary),
      reserve: reached('reserve', seed, brokerUrls.reserve),
    },
    journal: { ...configuration.journal, file: journalIn(folder) },
  };
}
