import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import { type Answer, bare } from '#protocol/core/words.ts';
import { type Broker, startBroker } from './broker.ts';
import { checkCall, openStoreOf, reasonOf, type RunOptions, type RunProblem } from './call.ts';
import { commandWords } from './commandWords.ts';
import type { CentreEvent } from './events.ts';
import type { ExtractFile } from './extracts.ts';
import type { SigningKey } from './keys.ts';
import { type MqttFront, startMqttFront } from './mqttFront.ts';
import { createReceivingCentre } from './receivingCentre.ts';
import { jsonLine, storyLine } from './story.ts';

export interface RunPorts {
  clock: Clock;
  random: Random;
  /** Takes a line of the story. */
  print(line: string): void;
  /** Somebody said that it is enough. */
  quit(): void;
  /** The centre cannot go on, for this reason. */
  failed(message: string): void;
}

export interface Running {
  url: string;
  /** Does what a person says; what came of it is printed. */
  say(line: string): void;
  stop(): Promise<void>;
}

/** Brings up a centre, with a broker of its own unless told of another, and prints its story as it goes. */
export async function runCentre(options: RunOptions, ports: RunPorts): Promise<Result<Running, RunProblem>> {
  const checked = checkCall(options);
  if (!checked.ok) return checked;
  const { key, former, tls, policy, clients } = checked.value;
  const { clock, random, print, quit, failed } = ports;
  const store = openStoreOf(options);
  if (!store.ok) return store;
  const broker = options.broker === undefined ? await openBroker(options) : success(undefined);
  if (!broker.ok) {
    store.value?.close();
    return broker;
  }
  const url = broker.value?.url ?? options.broker ?? '';
  introduction(options, url, key).forEach(print);

  const sendText = (to: { hub: string; ref: string }, text: string): void => {
    const time = new Date(clock.wallMs()).toISOString();
    print(
      options.json
        ? JSON.stringify({ time, event: 'sms', ...to, text })
        : `${time.slice(11, 19)}  ${to.hub}  SMS to the staff: ${text}`,
    );
  };
  const receiving = createReceivingCentre({
    clock,
    policy,
    clients,
    store: store.value,
    role: options.reserve ? 'reserve' : 'primary',
    rotate: former === undefined ? undefined : { current: key, former },
    told: (event) => print((options.json ? jsonLine : storyLine)(event, clock.wallMs())),
    sendText,
    send: (command) => front.command(command, receiving.rotation?.sealOf(command)),
    failed: ({ message }) => failed(`${message}; hubs go to their reserve`),
  });
  const front: MqttFront = startMqttFront({
    url,
    tls,
    name: options.name,
    centre: receiving.centre,
    signer: key,
    formerFor: (hub) => receiving.rotation?.formerFor(hub),
    clock,
    random,
    listener: (event: CentreEvent) => receiving.hear(event),
  });
  const tell = (answer: Answer): void =>
    print(options.json ? JSON.stringify({ event: 'told', ...answer }) : answer.text);
  const words = {
    ...commandWords({
      commands: receiving.commands,
      deliver: (hub, body) => front.deliver(hub, body),
      readFile: (file) => readFileSync(file, 'utf8'),
      createFile,
      tell,
    }),
    ...receiving.words,
    quit: bare('quit', 'ends the centre', () => {
      quit();
      return success({ text: 'the centre ends' });
    }),
  };
  return success({
    url,
    say(line) {
      const done = receiving.obey(words, line);
      if (done === undefined) return;
      if (done.ok) tell(done.value);
      else print(options.json ? JSON.stringify({ event: 'not-understood', problem: done.problem }) : done.problem);
    },
    stop: async () => {
      await new Promise<void>((resolve) => {
        front.stop(resolve);
      });
      receiving.stop();
      await broker.value?.close();
    },
  });
}

/** An extract holds personal data: nobody but its owner reads it. */
function createFile(name: string): ExtractFile {
  const file = openSync(name, 'w', 0o600);
  return { append: (text) => writeSync(file, text), close: () => closeSync(file) };
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
function introduction({ name, json, reserve, key: keyFile }: RunOptions, url: string, key: SigningKey): string[] {
  const { keyId, publicKey } = key;
  if (json) {
    return [
      JSON.stringify({ event: 'started', centre: name, role: reserve ? 'reserve' : 'primary', url, keyId, publicKey }),
    ];
  }
  const kept =
    keyFile === undefined ? 'The key is for this run only; --key FILE keeps one.' : `The key is in ${keyFile}.`;
  return [
    `${reserve ? 'Reserve centre' : 'Centre'} ${name}. A hub reaches it with this in its configuration:`,
    '',
    'centre:',
    reserve ? '  reserve:' : '  primary:',
    `    url: ${url}`,
    '    keys:',
    `      "${keyId}": ${publicKey}`,
    '',
    `${kept} Ctrl-C ends it.`,
    '',
  ];
}
