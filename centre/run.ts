import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import { type Answer, obeyWords } from '#protocol/core/words.ts';
import { idPattern } from '#protocol/mqtt/identifiers.ts';
import { isId } from '#protocol/mqtt/topics.ts';
import { type Broker, startBroker } from './broker.ts';
import { createCentre } from './centre.ts';
import { createCommands } from './commands.ts';
import { commandWords } from './commandWords.ts';
import type { CentreEvent } from './events.ts';
import type { ExtractFile } from './extracts.ts';
import { createKeyRotation } from './keyRotation.ts';
import { makeKey, readKey, sha256Hex, type SigningKey } from './keys.ts';
import type { Tls } from './mqttConnection.ts';
import { startMqttFront } from './mqttFront.ts';
import { centreWords, createHeardHubs, promptLineLimit } from './prompt.ts';
import { jsonLine, storyLine } from './story.ts';

/** What the command line asks for; file names are as the person wrote them. */
export interface RunOptions {
  /** A broker's URL; without it there is one within the process. */
  broker?: string;
  /** Port of the broker within the process, 0 for any free one. */
  listen: number;
  host: string;
  name: string;
  key?: string;
  /** The key that was in use before: it announces the other to the hubs. */
  formerKey?: string;
  ca?: string;
  cert?: string;
  tlsKey?: string;
  json: boolean;
}

export interface RunPorts {
  clock: Clock;
  random: Random;
  /** Takes a line of the story. */
  print: (line: string) => void;
}

export interface Running {
  url: string;
  /** Does what a person says; what came of it is printed. */
  say(line: string): void;
  stop(): Promise<void>;
}

/** Why it does not run, and the exit status that says so: 1 it failed, 2 the call or a file is wrong. */
export interface RunProblem {
  exitCode: 1 | 2;
  message: string;
}

/** Brings up a centre, with a broker of its own unless told of another, and prints its story as it goes. */
export async function runCentre(options: RunOptions, ports: RunPorts): Promise<Result<Running, RunProblem>> {
  const checked = check(options);
  if (!checked.ok) {
    return checked;
  }
  const { key, former, tls } = checked.value;
  const { clock, random, print } = ports;
  const broker = options.broker === undefined ? await openBroker(options) : success(undefined);
  if (!broker.ok) {
    return broker;
  }
  const url = broker.value?.url ?? options.broker ?? '';
  for (const line of introduction(options, url, key)) {
    print(line);
  }
  const hubs = createHeardHubs();
  const listener = (event: CentreEvent) => {
    print(options.json ? jsonLine(event, clock.wallMs()) : storyLine(event, clock.wallMs()));
    hubs.hear(event);
    commands.hear(event);
    rotation?.hear(event);
  };
  const commands = createCommands({
    clock,
    send: (command) => front.command(command, rotation?.sealOf(command)),
    listener,
  });
  const centre = createCentre({ clock, sha256Hex, listener });
  const rotation =
    former === undefined ? undefined : createKeyRotation({ current: key, former, order: commands.order });
  const formerFor = (hub: string) => rotation?.formerFor(hub);
  const front = startMqttFront({
    url,
    tls,
    name: options.name,
    centre,
    signer: key,
    formerFor,
    clock,
    random,
    listener,
  });
  const tell = (answer: Answer): void =>
    print(options.json ? JSON.stringify({ event: 'told', ...answer }) : answer.text);
  const words = {
    ...commandWords({ commands, readFile: (file) => readFileSync(file, 'utf8'), createFile, tell }),
    ...centreWords(centre, hubs),
  };
  return success({
    url,
    say(line) {
      const done = obeyWords(words, line, promptLineLimit);
      if (done.ok) tell(done.value);
      else print(options.json ? JSON.stringify({ event: 'not-understood', problem: done.problem }) : done.problem);
    },
    stop: async () => {
      await new Promise<void>((resolve) => {
        front.stop(resolve);
      });
      await broker.value?.close();
    },
  });
}

/** An extract holds personal data: nobody but its owner reads it. */
function createFile(name: string): ExtractFile {
  const file = openSync(name, 'w', 0o600);
  return { append: (text) => writeSync(file, text), close: () => closeSync(file) };
}

function check(options: RunOptions): Result<{ key: SigningKey; former: SigningKey | undefined; tls: Tls }, RunProblem> {
  const { broker, name, ca, cert, tlsKey } = options;
  if (!isId(name)) {
    return wrong(`--name ${name}: no id of a centre; right would be ${idPattern}`);
  }
  const scheme = broker === undefined ? 'mqtt:' : schemeOf(broker);
  if (scheme !== 'mqtt:' && scheme !== 'mqtts:') {
    return wrong(`--broker ${broker}: no broker's URL; right would be mqtt://host:1883 or mqtts://host:8883`);
  }
  if (scheme === 'mqtt:' && (ca ?? cert ?? tlsKey) !== undefined) {
    return wrong('--ca, --cert and --tls-key go with a broker whose URL begins with mqtts://');
  }
  if ((cert === undefined) !== (tlsKey === undefined)) {
    return wrong('--cert and --tls-key go together: a certificate and its private key');
  }
  const tls: Tls = {};
  for (const [field, flag, file] of [
    ['ca', '--ca', ca],
    ['certificate', '--cert', cert],
    ['key', '--tls-key', tlsKey],
  ] as const) {
    const text = file === undefined ? undefined : read(flag, file);
    if (text?.ok === false) {
      return text;
    }
    if (text !== undefined) {
      tls[field] = text.value;
    }
  }
  const key = options.key === undefined ? success(makeKey()) : keyOf(options.key);
  if (!key.ok) return key;
  const former = options.formerKey === undefined ? success(undefined) : readKeyFile('--former-key', options.formerKey);
  return former.ok ? success({ key: key.value, former: former.value, tls }) : former;
}

function schemeOf(url: string): string | undefined {
  return URL.canParse(url) && new URL(url).hostname !== '' ? new URL(url).protocol : undefined;
}

function read(flag: string, file: string): Result<string, RunProblem> {
  try {
    return success(readFileSync(file, 'utf8'));
  } catch (error) {
    return wrong(`${flag} ${file}: ${reasonOf(error)}`);
  }
}

/** Reads the key of the file; a file that is not there yet is made, readable by its owner only. */
function keyOf(file: string): Result<SigningKey, RunProblem> {
  try {
    const key = makeKey();
    writeFileSync(file, key.privatePem, { flag: 'wx', mode: 0o600 });
    return success(key);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      return wrong(`--key ${file}: ${reasonOf(error)}`);
    }
  }
  return readKeyFile('--key', file);
}

function readKeyFile(flag: string, file: string): Result<SigningKey, RunProblem> {
  const text = read(flag, file);
  if (!text.ok) {
    return text;
  }
  const key = readKey(text.value);
  return key.ok ? key : wrong(`${flag} ${file}: ${key.problem}`);
}

async function openBroker({ listen, host }: RunOptions): Promise<Result<Broker, RunProblem>> {
  try {
    return success(await startBroker({ port: listen, host }));
  } catch (error) {
    const message = `no broker on ${host} port ${listen}: ${reasonOf(error)}; --listen takes another port`;
    return failure({ exitCode: 1, message });
  }
}

/** What a hub's configuration must say to reach this centre. */
function introduction({ name, json, key: keyFile }: RunOptions, url: string, key: SigningKey): string[] {
  const { keyId, publicKey } = key;
  if (json) {
    return [JSON.stringify({ event: 'started', centre: name, url, keyId, publicKey })];
  }
  const kept =
    keyFile === undefined ? 'The key is for this run only; --key FILE keeps one.' : `The key is in ${keyFile}.`;
  return [
    `Centre ${name}. A hub reaches it with this in its configuration:`,
    '',
    'centre:',
    '  primary:',
    `    url: ${url}`,
    '    keys:',
    `      "${keyId}": ${publicKey}`,
    '',
    `${kept} Ctrl-C ends it.`,
    '',
  ];
}

function wrong(message: string): Result<never, RunProblem> {
  return failure({ exitCode: 2, message });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
