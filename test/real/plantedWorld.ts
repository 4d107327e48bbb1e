import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { type Mosquitto, startMosquitto } from '#simulator/network/mosquitto.ts';
import { type HubProcess, startHubProcess } from './hubProcess.ts';
import { type Observer, startObserver } from './observer.ts';
import { type Program, startProgram, welfareHub } from './program.ts';

export const hubId = 'hub-0001';

/** Everything personal, or secret, that the world holds. Nothing of it is anybody's. */
export const plants = {
  pin: '73918264',
  nextPin: '51627384',
  wrongPin: '8462x173',
  staffTag: '5c9d3f71ba',
  strangeTag: '7e4b2a9d6c',
  brokenTag: '3a8f6e1c5d',
  smsReceiver: '+46700117733',
  receiver: '+46313344556',
  centreNumber: '+46322445566',
  calledByOrder: '+46709988776',
  nextReceiver: '+46766554433',
  texter: '+46855667788',
  caller: '+46844773322',
  wrongNumber: 'Viola 0401-998877',
  wrongOrder: 'Xerxes 0402-887766',
  text: 'Ulrika ligger pa golvet',
  location: 'Tordyveln vid sangen',
  position: '59.3174',
  name: 'Ragnhild Planterad',
  address: 'Hemlighetsvagen 17',
  town: 'Gomorrasund',
  phone: '0401776655',
  wrongAccessory: 'Sixten Planterad',
  wrongTelegram: 'Yngve Planterad',
} as const;

export type PlantName = keyof typeof plants;

const onPorts = ['radio', 'modem', 'gnss', 'reader'] as const;
type OnPort = (typeof onPorts)[number];

export interface PlantedWorld {
  folder: string;
  hubFile: string;
  hub: HubProcess;
  broker: Mosquitto;
  centre: Program;
  observer: Observer;
  say(device: OnPort, words: string): Promise<void>;
  /** Kept when a fake has told something with this in it. */
  told(device: OnPort, text: string): Promise<void>;
  /** Another life of the hub, traced as the first. */
  startHub(configured?: string): HubProcess;
  /** Runs a command of ours to its end, and gives all that it said. */
  run(...words: string[]): Promise<string>;
}

const hashOf = (tag: string): string => createHash('sha256').update(`${hubId}:${tag}`).digest('hex');

/** A hub with devices, traced, a broker and a centre with clients and a store: each a program of its own. */
export async function openPlantedWorld(): Promise<PlantedWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string): string => join(folder, name);
  const broker = await startMosquitto({ lines: ['log_type all'] });
  onTestFinished(broker.remove);
  const observer = await startObserver({ port: broker.port });
  const { name, address, town, phone } = plants;
  writeFileSync(file('clients.yaml'), stringify({ clients: { [hubId]: { name, address, town, phone } } }));
  writeFileSync(
    file('policy.yaml'),
    stringify({ operator: { does: 'hangs-up', after: '1s' }, staff: { does: 'accepts', after: '1s' } }),
  );
  const files = ['clients', 'policy'].flatMap((one) => [`--${one}`, file(`${one}.yaml`)]);
  const centre = startProgram(
    welfareHub('centre', '--broker', broker.url, '--key', file('centre.pem'), '--store', file('centre.db'), ...files),
  );
  await centre.said('that it is connected', (line) => line.includes('connected to'));
  const [, keyId = '', publicKey = ''] = /"([0-9a-f]{8})": (\S+)/u.exec(centre.stdout.join('\n')) ?? [];
  const fakes = new Map<OnPort, Program>();
  for (const device of onPorts) {
    const fake = startProgram(welfareHub('device', device, '--link', file(`tty-${device}`), '--json'));
    fakes.set(device, fake);
    await fake.said(`the fake ${device}`, (line) => line.includes('"event":"ready"'));
  }
  const primary = { url: broker.url, keys: { [keyId]: publicKey } };
  writeFileSync(file('hub.yaml'), stringify(configuration(file, primary)));
  writeFileSync(file('next.yaml'), stringify(nextConfiguration(primary)));
  const startHub = (configured = file('hub.yaml')): HubProcess =>
    startHubProcess(configured, ['--trace', onPorts.join()]);
  const hub = startHub();
  await Promise.all([hub.logged({ step: 'receiver' }), hub.logged({ step: 'connected' })]);
  return {
    folder,
    hubFile: file('hub.yaml'),
    hub,
    broker,
    centre,
    observer,
    async say(device, words) {
      const fake = fakes.get(device);
      const isAnswer = (line: string): boolean => /^\{"event":"(done|refused)"/u.test(line);
      const before = fake?.stdout.filter(isAnswer).length ?? 0;
      fake?.type(words);
      const answer = (await fake?.said(`${words}, done`, isAnswer, before + 1)) ?? '';
      if (answer.includes('"refused"')) throw new Error(`${device}: ${words}: ${answer}`);
    },
    async told(device, text) {
      await fakes.get(device)?.said(`${device}: ${text}`, (line) => line.includes(text));
    },
    startHub,
    async run(...words) {
      const program = startProgram(welfareHub(...words));
      await program.end();
      return [...program.stdout, ...program.stderr].join('\n');
    },
  };
}

function shared(primary: object): Readonly<Record<string, unknown>> {
  return {
    hub: hubId,
    centre: { primary },
    paths: { answerWithin: '1s', roundEvery: '2s' },
    voice: {
      startWithin: '1s',
      answerWithin: '5s',
      attempts: 1,
      modemReceiver: plants.receiver,
      callers: [plants.centreNumber],
    },
    tags: [{ name: 'day-staff', hash: hashOf(plants.staffTag) }],
    accessories: [{ name: 'pendant', kind: 'pendant', id: '002a0001', location: plants.location }],
    log: { level: 'debug' },
  };
}

function configuration(file: (name: string) => string, primary: object): object {
  return {
    ...shared(primary),
    sms: { number: plants.smsReceiver, rounds: [1] },
    ...Object.fromEntries(onPorts.map((device) => [device, { port: file(`tty-${device}`) }])),
    modem: { port: file('tty-modem'), pin: plants.pin },
    journal: { file: file('journal.db') },
  };
}

/** What the centre sends later: another PIN and another receiver. */
function nextConfiguration(primary: object): object {
  return {
    ...shared(primary),
    version: 2,
    sms: { number: plants.nextReceiver, rounds: [1] },
    modem: { pin: plants.nextPin },
  };
}

/** The bytes of a file with what SQLite has not yet moved into it; nothing where there is no such file. */
export function bytesOf(file: string): Buffer {
  return Buffer.concat(
    ['', '-wal'].map((end) => {
      try {
        return readFileSync(`${file}${end}`);
      } catch {
        return Buffer.alloc(0);
      }
    }),
  );
}
