import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Certificate } from '#test/certificates.ts';
import { type Program, startProgram } from './program.ts';

/** A body as it went over the broker. */
export interface Body {
  topic: string;
  text: string;
}

/** Somebody who listens to everything between hubs and centre, and knows nothing but the published schemas. */
export interface Observer {
  /** Every body so far, in order, retained ones first. */
  bodies(): Body[];
  /** Kept when so many bodies of this kind of topic (`up/report`) have come. */
  seen(kind: string, times?: number): Promise<string>;
  /** What does not fit the schema of its topic, and why; empty when all is well. */
  misfits(): string[];
}

export interface ObserverOptions {
  port: number;
  /** What a broker with mutual TLS is shown, and the certificate that it must come from. */
  tls?: Certificate & { caFile: string };
}

/** Runs mosquitto_sub on a broker of the loopback; it listens when this is kept. */
export async function startObserver({ port, tls }: ObserverOptions): Promise<Observer> {
  const secure = tls === undefined ? [] : ['--cafile', tls.caFile, '--cert', tls.certificateFile, '--key', tls.keyFile];
  const who = ['-h', '127.0.0.1', '-p', String(port), ...secure];
  const topics = ['-t', 'hub/v1/#', '-t', 'centre/v1/#'];
  // With -d it tells that its subscriptions were granted, but into a pipe only with the first message, hence stdbuf.
  const program = startProgram([
    'stdbuf',
    '-oL',
    'mosquitto_sub',
    '-V',
    '5',
    '-d',
    ...who,
    ...topics,
    '-F',
    `${mark}%t %p`,
  ]);
  await program.said('its subscriptions granted', (line) => line.startsWith('Subscribed'));
  const bodies = () => program.stdout.filter(isBody).map(toBody);
  return {
    bodies,
    seen: async (kind, times) => await seen(program, kind, times),
    misfits: () => bodies().flatMap(misfitsOf),
  };
}

/** Tells a body from what else mosquitto_sub says. */
const mark = 'body ';

const isBody = (line: string): boolean => line.startsWith(mark);

function toBody(line: string): Body {
  const [, topic = '', text = ''] = /^body (\S+) (.*)$/su.exec(line) ?? [];
  return { topic, text };
}

async function seen(program: Program, kind: string, times = 1): Promise<string> {
  const fits = (line: string): boolean => isBody(line) && kindOf(toBody(line)) === kind;
  return toBody(await program.said(`${times} bodies of ${kind}`, fits, times)).text;
}

/** The topic without whose it is: `up/report`, `down/ack`, `state`. */
function kindOf({ topic }: Body): string {
  return topic.split('/').slice(3).join('/');
}

const schemaOfKind: Readonly<Record<string, string>> = {
  'up/report': 'report',
  'up/heartbeat': 'heartbeat',
  'up/state': 'hub-state',
  'up/result': 'result',
  'down/ack': 'answer',
  'down/command': 'command-envelope',
  state: 'centre-state',
};

function misfitsOf(body: Body): string[] {
  const { topic, text } = body;
  const schema = schemaOfKind[kindOf(body)];
  if (schema === undefined) return [`${topic}: there is no schema for it: ${text}`];
  const value = JSON.parse(text) as { record?: string; ack?: string; command?: string };
  const within = (name: string, inner: string) => misfitsIn(`${topic}, within`, name, JSON.parse(inner) as object);
  return [
    ...misfitsIn(topic, schema, value),
    ...(schema === 'report' ? within('record', value.record ?? 'null') : []),
    ...(schema === 'command-envelope' ? within('command', value.command ?? 'null') : []),
    ...(schema === 'answer' ? within(answerSchema(value.ack), value.ack ?? 'null') : []),
  ];
}

function answerSchema(ack = ''): string {
  return ack.includes('"ref"') ? 'acknowledgement' : 'heartbeat-answer';
}

/** The part of Ajv that is used here: a validator that others wrote, which the AsyncAPI parser brings along. */
interface Validator {
  compile(schema: unknown): ((value: unknown) => boolean) & { errors?: readonly unknown[] | null };
}

const fromParser = createRequire(createRequire(import.meta.url).resolve('@asyncapi/parser'));
const { Ajv2020 } = fromParser('ajv/dist/2020') as { Ajv2020: new () => Validator };

function misfitsIn(where: string, name: string, value: unknown): string[] {
  const schema: unknown = JSON.parse(readFileSync(`docs/schemas/${name}.json`, 'utf8'));
  const fits = new Ajv2020().compile(schema);
  return fits(value) ? [] : [`${where} ${name}.json: ${JSON.stringify(fits.errors)} in ${JSON.stringify(value)}`];
}
