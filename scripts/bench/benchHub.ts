import { type Agent, startAgent } from '#agent/agent.ts';
import type { HubDevices } from '#agent/hub/devices.ts';
import type { Journal } from '#agent/hub/ports.ts';
import { createRealClock } from '#agent/runtime/clock.ts';
import { createEndingClock } from '#agent/runtime/endingClock.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { sha256Hex, verifiers } from '#agent/uplink/keys.ts';
import { mqttSessions } from '#agent/uplink/mqttSession.ts';
import type { TlsIdentity } from '#agent/uplink/session.ts';
import { createMemoryLine } from '#devices/line/memoryLine.ts';
import { createRadioDevice } from '#devices/radio/radioDevice.ts';
import { type Configuration, readConfiguration } from '#protocol/configuration/configuration.ts';
import type { LogFields } from '#protocol/core/log.ts';
import { pendants } from './pressSchedule.ts';

export const benchHubId = 'hub-0001';

/** The agent within this process: real sockets and real time, its radio line in memory. */
export interface BenchHub {
  agent: Agent;
  /** Hands telegrams to its radio receiver. */
  write(bytes: Uint8Array): void;
  stop(): Promise<void>;
}

export interface BenchHubOptions {
  url: string;
  keys?: Readonly<Record<string, string>>;
  tls?: TlsIdentity;
  /** Laid over the configuration. */
  layer?: Readonly<Record<string, unknown>>;
  journal: Journal;
  devices?: HubDevices;
  /** Is told each line of the log that stands for a step. */
  onStep(step: string, fields: LogFields): void;
}

export function startBenchHub({ journal, devices, onStep, ...options }: BenchHubOptions): BenchHub {
  // Some of a hub's deadlines are days away, and the benchmark ends before them.
  const clock = createEndingClock(createRealClock());
  const random = createRealRandom();
  const line = createMemoryLine({ clock, random });
  createRadioDevice({ line: line.device, clock, random, transmitters: pendants });
  const told = (fields: LogFields): void => {
    const { step } = fields;
    if (typeof step === 'string') onStep(step, fields);
  };
  const agent = startAgent({
    configuration: configurationOf(options),
    firmware: '1',
    clock,
    random,
    log: { debug() {}, info: told, warn: told, error: told },
    journal,
    boot: 'boot-1',
    openRadio: line.openLine,
    ...(devices === undefined ? {} : { devices }),
    openSession: mqttSessions({ clock }),
    tls: options.tls === undefined ? {} : { primary: options.tls },
    verifiers,
    hash: sha256Hex,
  });
  return {
    agent,
    write: line.device.write,
    async stop() {
      await new Promise<void>((resolve) => agent.stop(resolve));
      clock.end();
    },
  };
}

function configurationOf({ url, keys, tls, layer }: Omit<BenchHubOptions, 'journal' | 'onStep'>): Configuration {
  // What is read from these files is handed in; nobody opens them.
  const files = tls === undefined ? {} : { tls: { ca: '/ca.pem', certificate: '/hub.pem', key: '/hub.key' } };
  const read = readConfiguration({
    hub: benchHubId,
    centre: { primary: { url, ...(keys === undefined ? {} : { keys }), ...files } },
    accessories: pendants.map(({ name, id, profile }) => ({ name, kind: 'pendant', id, profile })),
    ...layer,
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problem));
  return read.value;
}
