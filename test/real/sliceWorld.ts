import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { type JournalEvent, openJournalReader } from '#agent/journal/reader.ts';
import { createRealRandom } from '#agent/runtime/random.ts';
import { type Centre, createCentre } from '#centre/centre.ts';
import type { Case, CentreEvent } from '#centre/events.ts';
import { makeKey, sha256Hex, type SigningKey } from '#centre/keys.ts';
import { startMqttFront } from '#centre/mqttFront.ts';
import { createPtyLine } from '#devices/line/ptyLine.ts';
import { parseRadioCommand } from '#devices/radio/commands.ts';
import { createRadioDevice, type RadioEvent } from '#devices/radio/radioDevice.ts';
import type { Transmitter } from '#devices/radio/transmitters.ts';
import { type Mosquitto, startMosquitto } from '#simulator/network/mosquitto.ts';
import { type HubProcess, startHubProcess } from './hubProcess.ts';
import { pendantsOf } from './pendants.ts';
import { inTime } from './program.ts';
import { createStory, realClock, type Story } from './uplinkWorld.ts';

export interface SliceOptions {
  /** Pendants are called pendant-1, pendant-2 and so on. Default: one. */
  pendants?: number;
  /** The section `paths` of the configuration. Default: what is not answered is asked again soon. */
  paths?: Readonly<Record<string, unknown>>;
  /** A reserve centre at a broker of its own. Default: there is none. */
  hasReserve?: boolean;
}

/** The centre of a slice: its cases outlive its connections. */
export interface SliceCentre extends Centre {
  key: SigningKey;
  events: readonly CentreEvent[];
  /** Connects to the broker; kept when it is connected. */
  connect(): Promise<void>;
  /** Kept with the case when it has been opened. */
  opened(ref: unknown): Promise<Case>;
  /** Kept when so many heartbeats have come. */
  beats(times: number): Promise<void>;
  /** The cases of alarms, oldest first. */
  alarms(): Case[];
}

/** The fake receiver on its pseudo terminal. */
interface SliceRadio {
  /** Does what it is told, as its command takes it: `press pendant-1`. Throws what is wrong with the words. */
  say(words: string): void;
  /** Puts these bytes on the line as they are, between two telegrams. */
  write(bytes: Uint8Array): void;
  /**
   * Kept when the hub has asked for the id base so many times. That is its second question on a line: the first one was
   * answered, so it listens.
   */
  listenedTo(times?: number): Promise<void>;
}

/** A home with a real pseudo terminal, a real broker and a centre, and the agent as a process that can be killed. */
export interface Slice {
  hubFile: string;
  broker: Mosquitto;
  centre: SliceCentre;
  reserve: SliceCentre | undefined;
  radio: SliceRadio;
  /** Starts the agent; `words` follow on the command line. */
  startHub(...words: string[]): HubProcess;
  /** Starts the agent and waits until it hears its receiver, and is connected to its centre. */
  startReadyHub(...words: string[]): Promise<HubProcess>;
  /** What the journal on disk says, read as another program does. */
  journal(): readonly JournalEvent[];
  waits(ref: unknown): boolean;
}

export const hubId = 'hub-0001';

/** Puts everything together but the agent; all of it ends with the test. */
export async function openSlice(options: SliceOptions = {}): Promise<Slice> {
  const folder = mkdtempSync(join(tmpdir(), 'slice-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const broker = await startMosquitto();
  onTestFinished(broker.remove);
  const centre = createSliceCentre(broker.url);
  const reserve = options.hasReserve === true ? await openReserve() : undefined;
  const pendants = pendantsOf(options.pendants ?? 1);
  const port = join(folder, 'ttyRADIO');
  const radio = await openRadio(port, pendants);
  const file = join(folder, 'journal.db');
  const hubFile = join(folder, 'hub.yaml');
  writeFileSync(hubFile, stringify(configuration(options, { url: broker.url, centre, reserve, port, file, pendants })));
  const startHub = (...words: string[]) => startHubProcess(hubFile, words);
  return {
    hubFile,
    broker,
    centre,
    reserve: reserve?.centre,
    radio,
    startHub,
    async startReadyHub(...words) {
      const hub = startHub(...words);
      await Promise.all([hub.logged({ step: 'receiver' }), hub.logged({ step: 'connected' })]);
      return hub;
    },
    journal: () => readJournal(file, (reader) => reader.newest(1_000)),
    waits: (ref) => readJournal(file, (reader) => reader.waits(String(ref))),
  };
}

/** What the log says of one event is what the journal says of it. */
export function kindsOf(journal: readonly JournalEvent[], ref: unknown): string[] {
  return journal.filter((event) => event.ref === ref).map(({ kind }) => kind);
}

/** What every hub writes when it starts and finds its centre. */
const startingKinds = ['life', 'started', 'path'];

/** What is in the journal beside the hub's own start. */
export function sinceItsStart(journal: readonly JournalEvent[]): { kind: string; ref: string | undefined }[] {
  return journal.filter(({ kind }) => !startingKinds.includes(kind)).map(({ kind, ref }) => ({ kind, ref }));
}

function configuration(
  { paths = { answerWithin: '2s', roundEvery: '1s' } }: SliceOptions,
  at: Addressed & { reserve: Addressed | undefined; port: string; file: string; pendants: readonly Transmitter[] },
): object {
  return {
    hub: hubId,
    centre: { primary: sectionOf(at), ...(at.reserve === undefined ? {} : { reserve: sectionOf(at.reserve) }) },
    paths,
    radio: { port: at.port },
    accessories: at.pendants.map(({ name, kind, id, profile }) => ({ name, kind, id, profile, location: 'hall' })),
    journal: { file: at.file },
    log: { level: 'debug' },
  };
}

/** A centre, and where its broker is. */
interface Addressed {
  url: string;
  centre: SliceCentre;
}

function sectionOf({ url, centre: { key } }: Addressed): object {
  return { url, keys: { [key.keyId]: key.publicKey } };
}

async function openReserve(): Promise<Addressed> {
  const broker = await startMosquitto();
  onTestFinished(broker.remove);
  const centre = createSliceCentre(broker.url);
  await centre.connect();
  return { url: broker.url, centre };
}

async function openRadio(link: string, transmitters: readonly Transmitter[]): Promise<SliceRadio> {
  const line = createPtyLine({ link });
  onTestFinished(line.close);
  await line.ready;
  const story: Story<RadioEvent> = createStory();
  const radio = createRadioDevice({
    line: line.device,
    connector: line,
    clock: realClock,
    random: createRealRandom(),
    transmitters,
    onEvent: story.tell,
  });
  return {
    say(words) {
      const command = parseRadioCommand(words, radio.names());
      const done = command.ok ? radio.perform(command.value) : command;
      if (!done.ok) throw new Error(`${words}: ${done.problem}`);
    },
    write: (bytes) => line.device.write(bytes),
    async listenedTo(times = 1) {
      let left = times;
      const isThat = (event: RadioEvent): boolean => event.event === 'command' && event.asked === 'read-id-base';
      const asked = story.until((event) => isThat(event) && (left -= 1) === 0);
      await inTime(`question ${times} for the id base`, asked, () => JSON.stringify(story.events.slice(-10)));
    },
  };
}

export function createSliceCentre(url: string): SliceCentre {
  const story: Story<CentreEvent> = createStory();
  const key = makeKey();
  const ports = { clock: realClock, random: createRealRandom(), listener: story.tell };
  const centre = createCentre({ ...ports, sha256Hex });
  return {
    ...centre,
    key,
    events: story.events,
    async connect() {
      const connected = story.until((event) => event.event === 'connected');
      const front = startMqttFront({ url, name: 'centre-1', centre, signer: key, ...ports });
      onTestFinished(async () => await new Promise<void>((resolve) => front.stop(resolve)));
      await inTime('the centre to connect', connected, () => JSON.stringify(story.events));
    },
    async opened(ref) {
      const opened = story.until((event) => event.event === 'opened' && event.case.ref === ref);
      await inTime(`the case ${String(ref)}`, opened, () => JSON.stringify(story.events));
      return centre.cases().find((found) => found.ref === ref) as Case;
    },
    async beats(times) {
      let left = times;
      const came = story.until((event) => event.event === 'heartbeat' && (left -= 1) === 0);
      await inTime(`heartbeat ${times}`, came, () => JSON.stringify(story.events.slice(-10)));
    },
    alarms: () => centre.cases().filter(({ record }) => record.report === 'alarm'),
  };
}

function readJournal<Outcome>(file: string, read: (reader: ReturnType<typeof openJournalReader>) => Outcome): Outcome {
  const reader = openJournalReader(file);
  try {
    return read(reader);
  } finally {
    reader.close();
  }
}
