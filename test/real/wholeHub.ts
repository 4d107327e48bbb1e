import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { type Mosquitto, startMosquitto } from '#simulator/network/mosquitto.ts';
import { type HubProcess, startHubProcess } from './hubProcess.ts';
import { type Program, startProgram, welfareHub } from './program.ts';
import { createSliceCentre, hubId, type SliceCentre } from './sliceWorld.ts';

/** The fakes that a whole hub has around it, by the words of `welfare-hub device`. A new one is a line here. */
const fitted = ['radio'] as const;

export type Fitted = (typeof fitted)[number];

/** A hub with all of its devices, each a program of its own on a pseudo terminal, and its broker and centre. */
export interface WholeHub {
  hub: HubProcess;
  broker: Mosquitto;
  centre: SliceCentre;
  /** Types a line of words to a fake; kept when it says that it is done, broken when it refuses. */
  say(device: Fitted, words: string): Promise<void>;
}

/** Puts everything together and waits until the hub hears its radio and is connected; all of it ends with the test. */
export async function openWholeHub(): Promise<WholeHub> {
  const folder = mkdtempSync(join(tmpdir(), 'whole-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const broker = await startMosquitto();
  onTestFinished(broker.remove);
  const centre = createSliceCentre(broker.url);
  await centre.connect();
  const port = (device: Fitted): string => join(folder, `tty-${device}`);
  const fakes = new Map<Fitted, Program>();
  await Promise.all(
    fitted.map(async (device) => {
      const fake = startProgram(welfareHub('device', device, '--link', port(device), '--json'));
      fakes.set(device, fake);
      await fake.said(`the fake ${device}`, (line) => line.includes('"event":"ready"'));
    }),
  );
  const hubFile = join(folder, 'hub.yaml');
  writeFileSync(hubFile, stringify(configuration(folder, port, { broker, centre })));
  const hub = startHubProcess(hubFile);
  await Promise.all([hub.logged({ step: 'receiver' }), hub.logged({ step: 'connected' })]);
  return {
    hub,
    broker,
    centre,
    async say(device, words) {
      const fake = fakes.get(device);
      if (fake === undefined) throw new Error(`there is no fake ${device}`);
      const answersBefore = fake.stdout.filter(isAnswer).length;
      fake.type(words);
      const answer = await fake.said(`${words}, done`, isAnswer, answersBefore + 1);
      if (answer.includes('"refused"')) throw new Error(`${device}: ${words}: ${answer}`);
    },
  };
}

/** What a fake says to the words it was given. */
function isAnswer(line: string): boolean {
  return line.startsWith('{"event":"done"') || line.startsWith('{"event":"refused"');
}

function configuration(
  folder: string,
  port: (device: Fitted) => string,
  { broker, centre }: { broker: Mosquitto; centre: SliceCentre },
): object {
  const { keyId, publicKey } = centre.key;
  return {
    hub: hubId,
    centre: { primary: { url: broker.url, keys: { [keyId]: publicKey } } },
    ...Object.fromEntries(fitted.map((device) => [device, { port: port(device) }])),
    accessories: [
      { name: 'pendant', kind: 'pendant', id: '002a0001', location: 'hall' },
      { name: 'smoke', kind: 'smoke', id: '002a0006', location: 'kitchen' },
    ],
    journal: { file: join(folder, 'journal.db') },
  };
}
