import { join } from 'node:path';
import { openSerial } from '#agent/lines/serialLine.ts';
import { mqttSessions } from '#agent/uplink/mqttSession.ts';
import type { PathName } from '#agent/uplink/path.ts';
import type { TlsIdentity } from '#agent/uplink/session.ts';
import { startConnection } from '#centre/mqttConnection.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import { createRadioDevice } from '#devices/radio/radioDevice.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import { type BrokerService, restartable, type RestartableBroker } from '#simulator/network/realBroker.ts';
import { startFaultProxy, type FaultProxy } from '#simulator/network/faultProxy.ts';
import { type CentreSide, reached, startCentreSide } from './centreSide.ts';
import { type DeviceWires, openDeviceWires } from './deviceWires.ts';
import { startHubMachine } from './hubMachine.ts';
import { createWallClock, settingClock } from './machineClock.ts';
import { createOrders, type Orders } from './orders.ts';
import type { Parts } from './performAction.ts';
import { noteRadio, startPeriodicTelegrams, transmittersOf } from './radioSide.ts';
import type { Recorder } from './recorder.ts';
import { createSides, surroundings } from './sides.ts';
import { createUnderWay } from './underWay.ts';
import type { CentreName, WorldOptions } from './world.ts';

/** What a home in real time is made of: the same for one that a story is played in, and for one that somebody lives in. */
export interface Furnishing extends Omit<WorldOptions, 'startWallMs'> {
  /** Where the journal and the fake serial port are; absolute, and it exists. */
  folder: string;
  clock: Clock;
  /** Chance of its own for each part. */
  random(part: number): Random;
  recorder: Recorder;
  /** Starts the broker of a centre of this home's own; without it the configuration says where the centres are. */
  startBroker?: (folder: string) => Promise<BrokerService>;
  /** The hub's own files for centres outside. */
  tls?: Partial<Record<PathName, TlsIdentity>>;
  /** Names each run of the machine, counted from 1; as in every world without it. */
  bootName?(boots: number): string;
  /** When it came into service, on the clock; without it the journal says so. */
  inServiceAtMs?: number;
  /** Whether what the hub says to who debugs it is noted too. */
  debug?: boolean;
  /** Takes what is to be closed at the end, the last first. */
  closeLater(closer: () => Promise<void>): void;
}

export type RealParts = Parts & {
  broker: Pick<RestartableBroker, 'isRunning' | 'stop' | 'start' | 'settled'>;
  /** Bytes of radio and reader that the hub has not read. */
  bytesUnderWay(): number;
  areDevicesHeard: DeviceWires['areHeard'];
};

/** Puts a home together on a pseudo terminal, real sockets and real files. Rejects when a part cannot be had. */
export async function furnish(furnishing: Furnishing): Promise<RealParts> {
  const { folder, clock, random, recorder, configuration, closeLater } = furnishing;
  const underWay = createUnderWay();
  const forget = (): void => underWay.forget('radio');
  const line = createPtyLine({ link: join(folder, 'ttyRADIO'), onOpened: forget, onReleased: forget });
  closeLater(line.close);
  await line.ready;
  const radioLine = underWay.counting('radio', line.device);
  const radio = createRadioDevice({
    line: radioLine,
    connector: line,
    clock,
    random: random(2),
    transmitters: transmittersOf(configuration),
    onEvent: (event) => noteRadio(recorder, event),
  });
  startPeriodicTelegrams(clock, radio, configuration);
  const { wires, front, fitted, areHeard } = await openDeviceWires(furnishing, underWay);
  const outside = furnishing.startBroker === undefined ? centresOutside(furnishing) : await ownCentres(furnishing);
  const { bearer, broker, centres, orders } = outside;
  const wall = createWallClock({ clock, hasNetwork: bearer.isUp });
  const pulledOut = new Set<string>();
  const sides = createSides({
    clock,
    random,
    recorder,
    wires,
    front,
    bearer: settingClock(bearer, wall),
    ...surroundings(furnishing),
    power: (on) => machine.setPower(on),
  });
  const machine = startHubMachine({
    ...furnishing,
    random: random(5),
    configuration: outside.configuration,
    openRadio: openSerial(line.path),
    fitted,
    sessions: (lifeClock) => mqttSessions({ clock: lifeClock }),
    connections: bearer,
    recorder: { ...recorder, bytes: read },
    wall,
    sides,
    onPower(on) {
      sides.forEach((side) => side.onPower?.(on));
      if (!pulledOut.has('radio')) radio.perform({ word: on ? 'plug' : 'unplug' });
    },
  });
  closeLater(() => Promise.resolve(machine.close()));

  function read(from: string, direction: 'in' | 'out', bytes: Uint8Array): void {
    if (direction === 'in') underWay.read(from, bytes.length);
    recorder.bytes(from, direction, bytes);
  }

  const bytesUnderWay = () => (machine.state().hub === 'off' || pulledOut.has('radio') ? 0 : underWay.bytes());
  return {
    clock,
    recorder,
    broker,
    centres,
    radioLine,
    radio,
    machine,
    wall,
    pulledOut,
    sides,
    orders,
    configuration,
    bytesUnderWay,
    areDevicesHeard: areHeard,
  };
}

/** The centres, the hub's way to them, and its configuration with both in it. */
interface Outside {
  configuration: Configuration;
  centres: Readonly<Record<CentreName, CentreSide>>;
  broker: RealParts['broker'];
  bearer: OneLink;
  orders: Orders;
}

async function ownCentres(furnishing: Furnishing): Promise<Outside> {
  const { folder, clock, random, recorder, seed, closeLater, centre: habits } = furnishing;
  const startBroker = furnishing.startBroker ?? noBroker;
  const broker = restartable(await startBroker(folder));
  closeLater(broker.close);
  const reserveBroker = await startBroker(folder);
  closeLater(reserveBroker.remove);
  const relay = async (part: number, brokerPort: number): Promise<FaultProxy> => {
    const started = await startFaultProxy({ clock, random: random(part), to: { port: brokerPort } });
    closeLater(started.close);
    return started;
  };
  const relays = { primary: await relay(4, broker.port), reserve: await relay(8, reserveBroker.port) };
  const by = (at: CentreName) => reached(at, seed, `mqtt://127.0.0.1:${relays[at].port}`);
  const configuration = onThisDisk(furnishing, { primary: by('primary'), reserve: by('reserve') });
  const orders = createOrders(configuration, furnishing.document);
  const centre = (at: CentreName, part: number, port: number): CentreSide => {
    const started = startCentreSide({
      at,
      clock,
      seed,
      habits,
      note: recorder.note,
      random: random(part),
      url: `mqtt://127.0.0.1:${port}`,
      connect: startConnection,
      onEvent: at === 'primary' ? orders.hear : () => {},
    });
    closeLater(started.close);
    return started;
  };
  const centres = { primary: centre('primary', 3, broker.port), reserve: centre('reserve', 7, reserveBroker.port) };
  return { configuration, centres, broker, bearer: oneLink(Object.values(relays)), orders };
}

async function noBroker(): Promise<BrokerService> {
  throw new Error('a home with centres of its own needs a broker');
}

/** Centres of somebody else's, which nothing here can change, by a way that nothing here can cut. */
function centresOutside(furnishing: Furnishing): Outside {
  const configuration = onThisDisk(furnishing, furnishing.configuration.centre);
  const centre: CentreSide = { set() {}, command: () => false, close: async () => {} };
  return {
    configuration,
    centres: { primary: centre, reserve: centre },
    broker: { isRunning: () => true, stop() {}, start() {}, settled: async () => {} },
    bearer: oneLink([]),
    orders: createOrders(configuration, furnishing.document),
  };
}

function onThisDisk({ configuration, folder }: Furnishing, centre: Configuration['centre']): Configuration {
  const journal = { ...configuration.journal, file: join(folder, 'journal.db') };
  return { ...configuration, centre, journal };
}

type OneLink = Pick<FaultProxy, 'isUp' | 'down' | 'up' | 'killHost' | 'powerOff'>;

/** The hub has one way out, whichever broker it goes to. */
function oneLink(relays: readonly FaultProxy[]): OneLink {
  return {
    isUp: () => relays.every((relay) => relay.isUp()),
    down: () => relays.forEach((relay) => relay.down()),
    up: (difficulties) => relays.forEach((relay) => relay.up(difficulties)),
    killHost: () => relays.forEach((relay) => relay.killHost()),
    powerOff: () => relays.forEach((relay) => relay.powerOff()),
  };
}
