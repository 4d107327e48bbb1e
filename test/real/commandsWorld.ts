import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { type JournalEvent, openJournalReader } from '#agent/journal/reader.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { type Centre, createCentre } from '#centre/centre.ts';
import type { CentreEvent } from '#centre/events.ts';
import { makeKey, sha256Hex } from '#centre/keys.ts';
import { startMqttFront } from '#centre/mqttFront.ts';
import type { Command, CommandName, CommandResult } from '#protocol/mqtt/command.ts';
import { type Mosquitto, startMosquitto } from '#simulator/network/mosquitto.ts';
import type { Authority, Certificate } from '#test/certificates.ts';
import { type HubProcess, startHubProcess } from './hubProcess.ts';
import { inTime } from './program.ts';
import { createStory, realClock } from './uplinkWorld.ts';

export const hubId = 'hub-0001';

/** A hub as a process, a real broker with the access list as it is shipped, and a centre; each with its certificate. */
export interface CommandsWorld {
  folder: string;
  broker: Mosquitto;
  hubFile: string;
  /** How the hub's configuration names the primary centre, without the machine's own files. */
  primary: { url: string; keys: object };
  events: readonly CentreEvent[];
  startHub(): HubProcess;
  /** Starts it and waits until it is connected. */
  startReadyHub(): Promise<HubProcess>;
  /** Ends it in order; its session and what comes for it wait at the broker. */
  endHub(hub: HubProcess): Promise<void>;
  /** Makes a command, as the centre counts them. */
  command(name: CommandName, details?: Readonly<Record<string, unknown>>, more?: Partial<Command>): Command;
  send(command: Command): void;
  /** Sends what somebody else has signed, as it is. */
  deliver(body: string): void;
  /** Kept with the result when so many of this command have come. */
  result(command: Command, times?: number): Promise<CommandResult>;
  resultsOf(command: Command): CommandResult[];
  happens(what: string, fits: (event: CentreEvent) => boolean): Promise<CentreEvent>;
  /** What the journal on disk says. */
  journal(): readonly JournalEvent[];
  rows(kind: string): readonly JournalEvent[];
}

export interface CommandsWorldOptions {
  authority: Authority;
  /** Laid over the hub's own file. */
  hub?: Readonly<Record<string, unknown>>;
  /** In front of what the centre does. */
  behave?(centre: Centre): Centre;
}

/** Everything but the hub runs when it is kept; all of it ends with the test. */
export async function openCommandsWorld({
  authority,
  hub: layer = {},
  behave = (centre) => centre,
}: CommandsWorldOptions): Promise<CommandsWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'commands-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const broker = await startBroker(authority);
  const story = createStory<CentreEvent>();
  const key = makeKey();
  const ports = { clock: realClock, random: createRealRandom(), listener: story.tell };
  const centre = behave(createCentre({ ...ports, sha256Hex }));
  const tls = { ca: authority.certificate, ...authority.issue({ commonName: 'centre-1', use: 'client' }) };
  const front = startMqttFront({ url: broker.url, tls, name: 'centre-1', centre, signer: key, ...ports });
  onTestFinished(async () => await new Promise<void>((resolve) => front.stop(resolve)));
  const standing = (): string => JSON.stringify(story.events.slice(-20));
  const happens: CommandsWorld['happens'] = async (what, fits) => await inTime(what, story.until(fits), standing);
  await happens('the centre to connect', ({ event }) => event === 'connected');
  const primary = { url: broker.url, keys: { [key.keyId]: key.publicKey } };
  const machine = authority.issue({ commonName: hubId, use: 'client' });
  const hubFile = join(folder, 'hub.yaml');
  writeFileSync(hubFile, stringify({ ...configuration(folder, primary, authority, machine), ...layer }));
  const startHub = (): HubProcess => startHubProcess(hubFile);
  const isResultOf =
    ({ id }: Command) =>
    (event: CentreEvent): boolean =>
      event.event === 'result' && event.result.id === id;
  const resultsOf = (command: Command): CommandResult[] =>
    story.events.flatMap((event) => (event.event === 'result' && event.result.id === command.id ? [event.result] : []));
  let counter = 0;

  function journal(): readonly JournalEvent[] {
    const reader = openJournalReader(join(folder, 'journal.db'));
    try {
      return [...reader.events()];
    } finally {
      reader.close();
    }
  }

  return {
    folder,
    broker,
    hubFile,
    primary,
    events: story.events,
    startHub,
    async startReadyHub() {
      const hub = startHub();
      await hub.logged({ step: 'connected' });
      return hub;
    },
    async endHub(hub) {
      hub.kill('SIGTERM');
      await hub.end();
    },
    command(name, details, more = {}) {
      counter += 1;
      const asked = details === undefined ? {} : { with: { ...details } };
      return { v: 1, hub: hubId, id: `C${counter}`, counter, name, ...asked, ...more };
    },
    send: (command) => front.command(command),
    deliver: (body) => front.deliver(hubId, body),
    async result(command, times = 1) {
      let left = times;
      const fits = isResultOf(command);
      await happens(`result ${times} of ${command.name}`, (event) => fits(event) && (left -= 1) === 0);
      return resultsOf(command).at(-1) as CommandResult;
    },
    resultsOf,
    happens,
    journal,
    rows: (kind) => journal().filter((event) => event.kind === kind),
  };
}

async function startBroker(authority: Authority): Promise<Mosquitto> {
  const accessList = readFileSync('deploy/mosquitto/welfare-hub.acl', 'utf8').replaceAll('@CENTRE@', 'centre-1');
  const broker = await startMosquitto({
    tls: { server: authority.issue({ commonName: 'broker', use: 'server' }), clients: authority },
    lines: ['acl_file {folder}/welfare-hub.acl'],
    files: { 'welfare-hub.acl': accessList },
  });
  onTestFinished(broker.remove);
  return broker;
}

function configuration(
  folder: string,
  primary: { url: string; keys: object },
  authority: Authority,
  { certificateFile: certificate, keyFile: key }: Certificate,
): object {
  return {
    hub: hubId,
    centre: { primary: { ...primary, tls: { ca: authority.certificateFile, certificate, key } } },
    radio: { port: join(folder, 'ttyRADIO') },
    accessories: [
      { name: 'pendant', kind: 'pendant', id: '002a0001' },
      { name: 'camera', kind: 'camera' },
    ],
    journal: { file: 'journal.db' },
    log: { level: 'debug' },
  };
}
