import type { SigningKey } from '#centre/keys.ts';
import type { Random } from '#protocol/core/time.ts';
import { type Acknowledgement, decodeAnswer, encodeAnswer } from '#protocol/mqtt/acknowledgement.ts';
import { type Command, decodeCommand, encodeCommand } from '#protocol/mqtt/command.ts';
import { centreStateTopic, hubTopic } from '#protocol/mqtt/topics.ts';
import { hubId } from './hubUnderAttack.ts';

/** What somebody who is not the centre has to work with: everything that ever went over the wire, and keys of his own. */
export interface Loot {
  random: Random;
  /** The true acknowledgement of the alarm that waits, which must never pass changed, and true ones of the past. */
  acknowledgement: string;
  past: readonly string[];
  /** What is known of the alarm that waits. */
  waiting: Acknowledgement;
  /** A true command that was done. */
  command: Command;
  sealedCommand: string;
  /** The centre's key id is public; its key is not. */
  keyId: string;
  stranger: SigningKey;
}

export interface Forged {
  topic: string;
  body: string | Uint8Array;
}

const ack = hubTopic(hubId, 'down/ack');
const command = hubTopic(hubId, 'down/command');

/** A key that signs as the stranger does, under the centre's name. */
const impostor = ({ stranger, keyId }: Loot) => ({ ...stranger, keyId });

function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)] as Value;
}

const digits = (random: Random, count: number, base: number): string =>
  Array.from({ length: count }, () => Math.floor(random() * base).toString(base)).join('');

/** A configuration and a command that would each do harm. */
const harm = (loot: Loot): Command => ({
  v: 1,
  hub: hubId,
  id: `F${digits(loot.random, 8, 10)}`,
  counter: Math.floor(loot.random() * 2 ** 40) + 100,
  ...pick(loot.random, [
    { name: 'end' },
    { name: 'test-alarm' },
    { name: 'forget', with: { name: 'pendant' } },
    { name: 'configure', with: { configuration: { version: 9, centre: { primary: { url: 'mqtt://127.0.0.1:9' } } } } },
  ] as const),
});

/** The text with its keys the other way round, twice, or with something added: what no signature was made over. */
function rewritten(random: Random, text: string): string {
  const value = JSON.parse(text) as Record<string, unknown>;
  const entries = Object.entries(value);
  return pick(random, [
    () => JSON.stringify(Object.fromEntries(entries.toReversed())),
    () => text.replace('{', '{"snu":0,'),
    () => text.replace(/\}$/u, ',"ref":"other"}'),
    () => JSON.stringify({ ...value, tnu: '+46700000000', cre: 62 }),
    () => JSON.stringify(value, undefined, 1),
    () => text.replaceAll('"', '\u201d'),
    () => text.replace('hub', 'h\u0075\u0301b'),
  ])();
}

function flipped(random: Random, body: string): Uint8Array {
  const bytes = new TextEncoder().encode(body);
  const flips = 1 + Math.floor(random() * 3);
  for (let count = 0; count < flips; count += 1) {
    const at = Math.floor(random() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  }
  return bytes;
}

function resealed(body: string, change: (text: string) => string, under: 'ack' | 'command'): string {
  const envelope = JSON.parse(body) as Record<string, string>;
  return JSON.stringify({ ...envelope, [under]: change(envelope[under] ?? '') });
}

const cut = (random: Random, text: string): string => text.slice(0, Math.floor(random() * text.length));

const nested = (depth: number): string => `{"v":1,"ack":${'['.repeat(depth)}${']'.repeat(depth)}}`;

type Forge = (loot: Loot) => Forged;

/** Each way to forge, by its name: what the centre's key did not sign, signed for another, or meant for another time. */
export const forgeries: Readonly<Record<string, Forge>> = {
  'unsigned acknowledgement': ({ waiting }) => ({ topic: ack, body: encodeAnswer(waiting) }),
  'acknowledgement under a stranger key': (loot) => ({ topic: ack, body: encodeAnswer(loot.waiting, loot.stranger) }),
  'acknowledgement under a false name': (loot) => ({ topic: ack, body: encodeAnswer(loot.waiting, impostor(loot)) }),
  'drawn signature': ({ random, waiting, keyId }) => ({
    topic: ack,
    body: encodeAnswer(waiting, { keyId, sign: () => digits(random, 86, 32) }),
  }),
  'acknowledgement of another hub': ({ waiting, stranger, random }) => ({
    topic: ack,
    body: encodeAnswer({ ...waiting, hub: `hub-${digits(random, 4, 10)}x` }, stranger),
  }),
  'acknowledgement of a past alarm, played again': ({ random, past }) => ({ topic: ack, body: pick(random, past) }),
  'past signature under this alarm': ({ random, past, waiting }) => ({
    topic: ack,
    body: resealed(pick(random, past), () => JSON.stringify(waiting), 'ack'),
  }),
  'true acknowledgement, rewritten': ({ random, acknowledgement }) => ({
    topic: ack,
    body: resealed(acknowledgement, (text) => rewritten(random, text), 'ack'),
  }),
  'true acknowledgement, bits flipped': ({ random, acknowledgement }) => ({
    topic: ack,
    body: flipped(random, acknowledgement),
  }),
  'true acknowledgement, cut off': ({ random, acknowledgement }) => ({
    topic: ack,
    body: cut(random, acknowledgement),
  }),
  'acknowledgement as a command': ({ acknowledgement }) => ({ topic: command, body: acknowledgement }),
  'acknowledgement signed as a command': ({ acknowledgement, sealedCommand }) => {
    const { key, signature } = JSON.parse(sealedCommand) as Record<string, string>;
    return { topic: ack, body: JSON.stringify({ ...(JSON.parse(acknowledgement) as object), key, signature }) };
  },
  'huge body': ({ random }) => ({
    topic: pick(random, [ack, command]),
    body: `{"v":1,"ack":"${'x'.repeat(70_000)}"}`,
  }),
  'deep body': ({ random }) => ({ topic: pick(random, [ack, command]), body: nested(1_500) }),
  'bytes that are no text': ({ random }) => ({
    topic: pick(random, [ack, command]),
    body: Uint8Array.from({ length: 1 + Math.floor(random() * 64) }, () => 0x80 + Math.floor(random() * 128)),
  }),
  'answer to no heartbeat': ({ random }) => ({
    topic: ack,
    body: encodeAnswer({ v: 1, hub: hubId, heartbeat: 1_000 + Math.floor(random() * 2 ** 50), snu: 0, hbi: 1_440 }),
  }),
  "answer to another hub's heartbeat": ({ random }) => ({
    topic: ack,
    body: encodeAnswer({ v: 1, hub: 'hub-0002', heartbeat: Math.floor(random() * 9), snu: 0, hbi: 1_440 }),
  }),
  'unsigned command': (loot) => ({ topic: command, body: encodeCommand(harm(loot)) }),
  'command under a stranger key': (loot) => ({ topic: command, body: encodeCommand(harm(loot), loot.stranger) }),
  'command under a false name': (loot) => ({ topic: command, body: encodeCommand(harm(loot), impostor(loot)) }),
  'true command with another counter': ({ sealedCommand, random }) => ({
    topic: command,
    body: resealed(
      sealedCommand,
      (text) => text.replace(/"counter":\d+/u, `"counter":${1_000 + Math.floor(random() * 1e9)}`),
      'command',
    ),
  }),
  'true command, bits flipped': ({ random, sealedCommand }) => ({
    topic: command,
    body: flipped(random, sealedCommand),
  }),
  'true command, cut off': ({ random, sealedCommand }) => ({ topic: command, body: cut(random, sealedCommand) }),
  'command as an acknowledgement': ({ sealedCommand }) => ({ topic: ack, body: sealedCommand }),
  'message on a foreign topic': ({ random, acknowledgement }) => ({
    topic: pick(random, [
      hubTopic('hub-0002', 'down/ack'),
      hubTopic('hub-0002', 'down/command'),
      hubTopic(hubId, 'up/report'),
      'hub/v1/hub-0001/down/ack/more',
      'hub/v2/hub-0001/down/ack',
      '$SYS/broker/clients',
      '',
    ]),
    body: acknowledgement,
  }),
  'state of another centre': ({ random }) => ({
    topic: centreStateTopic(`centre-${digits(random, 3, 10)}`),
    body: JSON.stringify({ v: 1, centre: 'centre-x', state: 'offline' }),
  }),
  'state that is none': ({ random }) => ({
    topic: centreStateTopic('centre-1'),
    body: pick(random, ['offline', '{}', '{"v":2}', '{"v":1,"centre":"centre-1","state":"gone"}', '[]', 'null']),
  }),
};

/**
 * Whether what was mutated still says what was signed: white space outside, a field that nobody knows, an unused bit of
 * the last letter of a signature. Then it is the centre's word, however it came.
 */
export function isGenuine({ topic, body }: Forged, loot: Loot): boolean {
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  if (topic === ack) {
    const [read, genuine] = [decodeAnswer(text), decodeAnswer(loot.acknowledgement)];
    if (!read.ok || !genuine.ok || read.value.kind !== 'acknowledgement') return false;
    return isSame(read.value.sealed.ack, read.value.sealed, genuine.value.sealed.ack, genuine.value.sealed);
  }
  const [read, genuine] = [decodeCommand(text), decodeCommand(loot.sealedCommand)];
  if (topic !== command || !read.ok || !genuine.ok) return false;
  return isSame(read.value.text, read.value.seal, genuine.value.text, genuine.value.seal);
}

interface Signed {
  key?: string;
  signature?: string;
}

function isSame(text: string, one: Signed, genuineText: string, genuine: Signed): boolean {
  const bytes = ({ signature = '' }: Signed): string => Buffer.from(signature, 'base64url').toString('hex');
  return text === genuineText && one.key === genuine.key && bytes(one) === bytes(genuine);
}
