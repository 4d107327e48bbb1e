import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSerial } from '#agent/lines/serialLine.ts';
import { createEndingClock } from '#agent/runtime/endingClock.ts';
import { mqttSessions } from '#agent/uplink/mqttSession.ts';
import { startConnection } from '#centre/mqttConnection.ts';
import { createPtyLine, type PtyLine } from '#devices/line/ptyLine.ts';
import { createRadioDevice } from '#devices/radio/radioDevice.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import { type Clock, type Random, secondMs } from '#protocol/core/time.ts';
import { restartable, type RestartableBroker, type StartBrokerService } from '#simulator/network/realBroker.ts';
import { startTcpRelay, type TcpRelay } from '#simulator/network/tcpRelay.ts';
import { createSeededRandom } from '#simulator/seededRandom.ts';
import { type CentreSide, reached, startCentreSide } from './centreSide.ts';
import { type HubMachine, startHubMachine } from './hubMachine.ts';
import { createWallClock, settingClock } from './machineClock.ts';
import { type Parts, performAction } from './performAction.ts';
import { noteRadio, startPeriodicTelegrams, transmittersOf } from './radioSide.ts';
import { createSides, surroundings } from './sides.ts';
import { stateOf } from './side.ts';
import { createOrders } from './orders.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { type CentreName, type OpenWorld, stateAtBegin, type World, type WorldOptions } from './world.ts';

/** The hub has so long to come into service. */
const bringUpLimitMs = 30 * secondMs;

/** The device's bytes have so long to reach the hub before the next step. Unread ones, of a closed port, never do. */
const bytesLimitMs = secondMs;

type CloseLater = (closer: () => Promise<void>) => void;

export interface RealWorldPorts {
  clock: Clock;
  startBroker: StartBrokerService;
}

/**
 * A world in real time: the same agent on a pseudo terminal, real sockets, real files and a broker for each centre. The
 * hub is killed by taking everything from it at once; `lines` difficulties are those of the real thing.
 */
export function openRealWorlds(ports: RealWorldPorts): OpenWorld {
  return async (options) => {
    const clock = createEndingClock(ports.clock);
    const opened = [() => Promise.resolve(clock.end())];
    const close = async (): Promise<void> => {
      for (let last = opened.pop(); last !== undefined; last = opened.pop()) await last();
    };
    try {
      return { ...(await furnish(options, { ...ports, clock }, (closer) => opened.push(closer))), close };
    } catch (error) {
      await close();
      throw error;
    }
  };
}

async function furnish(
  options: WorldOptions,
  { clock: realClock, startBroker }: RealWorldPorts,
  closeLater: CloseLater,
): Promise<Omit<World, 'close'>> {
  const shiftMs = options.startWallMs - realClock.wallMs();
  const clock: Clock = { ...realClock, wallMs: () => realClock.wallMs() + shiftMs, wallTrusted: () => true };
  const folder = mkdtempSync(join(tmpdir(), 'welfare-hub-'));
  closeLater(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
  const happenings = createHappenings();
  let startMs = clock.monotonicMs();
  const nowMs = (): number => Math.floor(clock.monotonicMs() - startMs);
  const recorder = createRecorder(nowMs, happenings.tell);
  const parts = await assemble(options, folder, { clock, startBroker, recorder, closeLater });
  const { machine, broker, bytesUnderWay } = parts;

  async function until(isSo: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = clock.monotonicMs() + limitMs;
    while (!isSo() && clock.monotonicMs() < endMs) await happenings.next(clock, endMs);
    return isSo();
  }

  if (!(await until(() => isInService(machine) && parts.beats() > 0, bringUpLimitMs))) {
    throw new Error(`the hub did not come into service within ${bringUpLimitMs / secondMs} s`);
  }
  startMs = clock.monotonicMs();
  recorder.begin();
  const events = recorder.events();

  return {
    nowMs,
    async advance(untilMs, stop = () => false) {
      await until(stop, untilMs - nowMs());
    },
    async perform(action) {
      recorder.note({ kind: 'action', action });
      const outcome = performAction(parts, action);
      await broker.settled();
      await until(() => bytesUnderWay() <= 0, bytesLimitMs);
      return outcome;
    },
    events: () => events,
    state: () => ({
      ...stateAtBegin,
      ...stateOf(parts.sides),
      ...machine.state(),
    }),
    journalFile: () => join(folder, 'journal.db'),
    traceHash: recorder.hash,
  };
}

/** Wakes who waits for something to happen. */
function createHappenings() {
  let wake = (): void => {};
  return {
    tell: () => wake(),
    /** Kept when something has happened, or at the given time. */
    next: async (clock: Clock, untilMs: number) =>
      await new Promise<void>((resolve) => {
        const cancel = clock.at(untilMs, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      }),
  };
}

interface Ground extends RealWorldPorts {
  recorder: Recorder;
  closeLater: CloseLater;
}

type RealParts = Parts & {
  bearer: OneLink;
  broker: RestartableBroker;
  /** Bytes that the device has written and the hub has not read. */
  bytesUnderWay(): number;
  /** Heartbeats answered so far. */
  beats(): number;
};

async function assemble(
  options: WorldOptions,
  folder: string,
  { clock, startBroker, recorder: told, closeLater }: Ground,
): Promise<RealParts> {
  const random = (part: number): Random => createSeededRandom(Math.imul(options.seed + 1, 0x9e37_79b1) + part);
  let underWay = 0;
  let beats = 0;
  const recorder: Recorder = {
    ...told,
    bytes(line, direction, bytes) {
      if (line === 'radio' && direction === 'in') underWay -= bytes.length;
      told.bytes(line, direction, bytes);
    },
    note(event) {
      if (event.kind === 'heartbeat') beats += 1;
      told.note(event);
    },
  };
  const line = createPtyLine({ link: join(folder, 'ttyRADIO'), onReleased: () => (underWay = 0) });
  closeLater(line.close);
  await line.ready;
  const radioLine = counting(line, (bytes) => (underWay += bytes));
  const radio = createRadioDevice({
    line: radioLine,
    connector: line,
    clock,
    random: random(2),
    transmitters: transmittersOf(options.configuration),
    onEvent: (event) => noteRadio(recorder, event),
  });
  startPeriodicTelegrams(clock, radio, options.configuration);
  const broker = restartable(await startBroker(folder));
  closeLater(broker.close);
  const reserveBroker = await startBroker(folder);
  closeLater(reserveBroker.remove);
  const relay = async (part: number, brokerPort: number): Promise<TcpRelay> => {
    const started = await startTcpRelay({ clock, random: random(part), brokerPort });
    closeLater(started.close);
    return started;
  };
  const relays = { primary: await relay(4, broker.port), reserve: await relay(8, reserveBroker.port) };
  const bearer = oneLink(Object.values(relays));
  const by = (at: CentreName) => reached(at, options.seed, `mqtt://127.0.0.1:${relays[at].port}`);
  const configuration: Configuration = {
    ...options.configuration,
    centre: { primary: by('primary'), reserve: by('reserve') },
    journal: { ...options.configuration.journal, file: join(folder, 'journal.db') },
  };
  const orders = createOrders(configuration, options.document);
  const centre = (at: CentreName, part: number, port: number): CentreSide => {
    const started = startCentreSide({
      at,
      clock,
      random: random(part),
      seed: options.seed,
      url: `mqtt://127.0.0.1:${port}`,
      connect: startConnection,
      note: recorder.note,
      habits: options.centre,
      onEvent: at === 'primary' ? orders.hear : () => {},
    });
    closeLater(started.close);
    return started;
  };
  const centres = { primary: centre('primary', 3, broker.port), reserve: centre('reserve', 7, reserveBroker.port) };
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
    openRadio: openSerial(line.path),
    sessions: (lifeClock) => mqttSessions({ clock: lifeClock }),
    connections: bearer,
    recorder,
    wall,
    inServiceAtMs: clock.monotonicMs(),
    sides,
    onPower(on) {
      sides.forEach((side) => side.onPower?.(on));
      if (!pulledOut.has('radio')) radio.perform({ word: on ? 'plug' : 'unplug' });
    },
  });
  closeLater(() => Promise.resolve(machine.close()));
  const bytesUnderWay = () => (machine.state().hub === 'off' || pulledOut.has('radio') ? 0 : underWay);
  return {
    clock,
    recorder,
    bearer,
    broker,
    centres,
    radioLine,
    radio,
    machine,
    wall,
    pulledOut,
    sides,
    orders,
    configuration: options.configuration,
    bytesUnderWay,
    beats: () => beats,
  };
}

function isInService(machine: HubMachine): boolean {
  return machine.state().path === 'primary' && machine.isConnected('reserve');
}

type OneLink = Omit<TcpRelay, 'port' | 'close'>;

/** The hub has one way out, whichever broker it goes to. */
function oneLink(relays: readonly TcpRelay[]): OneLink {
  return {
    isUp: () => relays.every((relay) => relay.isUp()),
    down: () => relays.forEach((relay) => relay.down()),
    up: (difficulties) => relays.forEach((relay) => relay.up(difficulties)),
    killHost: () => relays.forEach((relay) => relay.killHost()),
    powerOff: () => relays.forEach((relay) => relay.powerOff()),
  };
}

function counting({ device }: PtyLine, count: (bytes: number) => void): PtyLine['device'] {
  return {
    ...device,
    write(bytes) {
      count(bytes.length);
      device.write(bytes);
    },
  };
}
