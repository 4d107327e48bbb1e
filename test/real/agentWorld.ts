import { onTestFinished } from 'vitest';
import { startAgent } from '#agent/agent.ts';
import type { HubDevices } from '#agent/hub/devices.ts';
import type { Journal } from '#agent/hub/ports.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { sha256Hex, verifiers } from '#agent/uplink/keys.ts';
import { mqttSessions } from '#agent/uplink/mqttSession.ts';
import type { TlsIdentity } from '#agent/uplink/session.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { parseRadioCommand } from '#devices/radio/commands.ts';
import { createRadioDevice } from '#devices/radio/radioDevice.ts';
import type { Transmitter } from '#devices/radio/transmitters.ts';
import type { LogFields } from '#protocol/core/log.ts';
import { createMemoryJournal } from '#simulator/fleet/memoryJournal.ts';
import { homeConfiguration } from '#test/homeConfiguration.ts';
import { pendantsOf } from './pendants.ts';
import { inTime } from './program.ts';
import { hubId, type SliceCentre } from './sliceWorld.ts';
import { createStory, realClock } from './uplinkWorld.ts';

/** A centre, and how this agent reaches its broker. */
export interface Reached {
  centre: SliceCentre;
  url: string;
  tls?: TlsIdentity;
}

export interface AgentWorldOptions {
  primary: Reached;
  reserve?: Reached;
  /** Laid over a configuration of the shortest durations there are. */
  layer?: Readonly<Record<string, unknown>>;
  devices?: HubDevices;
  journal?: Journal;
  /** Default: eight pendants, `pendant-1` and so on. */
  transmitters?: readonly Transmitter[];
}

/** The agent within the test's process: real sockets and real time; its radio line and its journal are in memory. */
export interface AgentAtWork {
  /** Does what the fake receiver's command takes: `press pendant-1`. */
  say(words: string): void;
  /** Kept when so many lines of the log have had these fields. */
  logged(fields: LogFields, times?: number): Promise<LogFields>;
  log(): readonly LogFields[];
  counters(): Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

export const pendants: readonly Transmitter[] = pendantsOf(8);

const shortest = {
  paths: { answerWithin: '1s', roundEvery: '1s' },
  heartbeat: { answerWithin: '1s', unanswered: 1 },
};

/** Starts it; it ends with the test. */
export function startAgentAtWork(options: AgentWorldOptions): AgentAtWork {
  const story = createStory<LogFields>();
  const tell = (level: string) => (fields: LogFields, msg: string) => story.tell({ ...fields, level, msg });
  const log = { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error: tell('error') };
  const random = createRealRandom();
  const line = createMemoryLine({ clock: realClock, random });
  const { transmitters = pendants } = options;
  const radio = createRadioDevice({ line: line.device, clock: realClock, random, transmitters });
  const agent = startAgent({
    configuration: configurationOf(options),
    firmware: '1',
    clock: realClock,
    random,
    log,
    journal: options.journal ?? createMemoryJournal(),
    boot: 'boot-1',
    openRadio: line.openLine,
    ...(options.devices === undefined ? {} : { devices: options.devices }),
    openSession: mqttSessions({ clock: realClock }),
    tls: tlsOf(options),
    verifiers,
    hash: sha256Hex,
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= new Promise<void>((resolve) => agent.stop(resolve)));
  onTestFinished(stop);
  return {
    say(words) {
      const command = parseRadioCommand(words, radio.names());
      const done = command.ok ? radio.perform(command.value) : command;
      if (!done.ok) throw new Error(`${words}: ${done.problem}`);
    },
    async logged(fields, times = 1) {
      let left = times;
      const fits = (line: LogFields): boolean => Object.entries(fields).every(([name, value]) => line[name] === value);
      const awaited = story.until((line) => fits(line) && (left -= 1) === 0);
      const last = (): string =>
        story.events
          .slice(-40)
          .map((line) => JSON.stringify(line))
          .join('\n');
      return await inTime(`the log line ${JSON.stringify(fields)}`, awaited, last);
    },
    log: () => story.events,
    counters: agent.counters,
    stop,
  };
}

function configurationOf({ primary, reserve, layer, transmitters = pendants }: AgentWorldOptions) {
  return homeConfiguration({
    hub: hubId,
    centre: { primary: sectionOf(primary), ...(reserve === undefined ? {} : { reserve: sectionOf(reserve) }) },
    accessories: transmitters.map(({ name, kind, id, profile }) => ({ name, kind, id, profile })),
    ...shortest,
    ...layer,
  });
}

function sectionOf({ centre, url, tls }: Reached): object {
  const { keyId, publicKey } = centre.key;
  // What is read from these files is handed in; nobody opens them.
  const files = tls === undefined ? {} : { tls: { ca: '/ca.pem', certificate: '/hub.pem', key: '/hub.key' } };
  return { url, keys: { [keyId]: publicKey }, ...files };
}

function tlsOf({ primary, reserve }: AgentWorldOptions): { primary?: TlsIdentity; reserve?: TlsIdentity } {
  return {
    ...(primary.tls === undefined ? {} : { primary: primary.tls }),
    ...(reserve?.tls === undefined ? {} : { reserve: reserve.tls }),
  };
}
