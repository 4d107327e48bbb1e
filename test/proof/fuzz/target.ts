import { isDeepStrictEqual } from 'node:util';
import type { Result } from '#protocol/core/result.ts';
import { bytesOf, joined, textOf } from './mutations.ts';

/** Something that reads what comes from outside, and what must hold of it whatever comes. */
export interface Target {
  name: string;
  /** Valid examples; what is fed is mostly made of them. */
  corpus: readonly Uint8Array[];
  /** The format's own words, which mutations put in where they do not belong. */
  words: readonly string[];
  /** What is repeated to {@link worstBytes}: the worst that there is for this reader. */
  worst: Readonly<Record<string, Uint8Array>>;
  worstBytes: number;
  /** Processor time that a kilobyte may take, in milliseconds, beside {@link startAllowanceMs}. */
  msPerKb: number;
  /**
   * Feeds it an input, where it is a stream in pieces of these sizes, over and over. Returns the promise that was broken, in
   * words; what is thrown is a broken promise too.
   */
  read(input: Uint8Array, sizes: readonly number[]): string | undefined;
  /** Of a stream: begins a new one, to be fed without looking at what comes. */
  open?(): Stream;
}

/** A reader of a stream: how many bytes it has told the fate of. */
export interface Stream {
  push(bytes: Uint8Array): number;
  end(): number;
}

/** What comes to every input beside its length: the first call of a function that nobody has compiled yet. */
export const startAllowanceMs = 100;
const usualMsPerKb = 2;
const usualWorstBytes = 1_048_576;

/** What a framer says of some bytes: a message, or why they were none. */
export interface Item {
  kind: string;
  bytes: Uint8Array;
}

interface Framer {
  push(bytes: Uint8Array): readonly Item[];
  end(): readonly Item[];
}

export interface FramerOptions<One extends Item> {
  name: string;
  open(): { push(bytes: Uint8Array): readonly One[]; end(): readonly One[] };
  /** Messages as they go over the wire; the first of them must be found behind anything, at the latest after silence. */
  corpus: readonly [Uint8Array, ...Uint8Array[]];
  /** The most that it may hold back, in bytes. */
  holdsAtMost: number;
  words?: readonly string[];
  worst: Readonly<Record<string, Uint8Array>>;
  /** Looks into what was found; the promise that was broken, in words. */
  look?(item: One): string | undefined;
}

/** Every byte comes out once and in order, however the stream is cut, with the same fate; a message behind it is found. */
export function framerTarget<One extends Item>(options: FramerOptions<One>): Target {
  const { name, open, corpus, holdsAtMost, words = [], worst, look } = options;

  function read(input: Uint8Array, sizes: readonly number[]): string | undefined {
    const framer = open();
    const items: One[] = [];
    let [pushed, told] = [0, 0];
    const take = (some: readonly One[]): void => {
      for (const item of some) {
        told += item.bytes.length;
        items.push(item);
      }
    };
    for (const piece of cut(input, sizes)) {
      pushed += piece.length;
      take(framer.push(piece));
      if (pushed - told > holdsAtMost) return `${pushed - told} bytes are held; right would be ${holdsAtMost} at most`;
    }
    take(framer.end());
    if (!isDeepStrictEqual(joined(items.map(({ bytes }) => bytes)), input)) return 'bytes are lost, or told twice';
    const whole = open();
    if (fates([...whole.push(input), ...whole.end()]) !== fates(items)) return 'cut otherwise it is something else';
    return behind(framer) ?? firstOf(items, look);
  }

  function behind(framer: Framer): string | undefined {
    const [message] = corpus;
    const found = [...framer.push(message), ...framer.end()].find(({ kind }) => kind !== 'discarded');
    return found !== undefined && isDeepStrictEqual(Uint8Array.from(found.bytes), message)
      ? undefined
      : 'a message behind it is not found';
  }

  function openStream(): Stream {
    const framer = open();
    const count = (items: readonly One[]): number => items.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return { push: (bytes) => count(framer.push(bytes)), end: () => count(framer.end()) };
  }

  const usual = { worstBytes: usualWorstBytes, msPerKb: usualMsPerKb };
  return { ...usual, name, corpus, words, worst, read, open: openStream };
}

/** A letter a byte; neighbours of one fate may be told in one item or in several. */
function fates(items: readonly Item[]): string {
  return items
    .map((item) => `${item.kind}${'reason' in item ? String(item.reason) : ''}|`.repeat(item.bytes.length))
    .join('');
}

function firstOf<One>(
  items: readonly One[],
  look: ((item: One) => string | undefined) | undefined,
): string | undefined {
  for (const item of items) {
    const broken = look?.(item);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

/** Pieces of the given sizes, over and over. */
export function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

export interface ReaderOptions<Input> {
  name: string;
  corpus: readonly Input[];
  words?: readonly string[];
  worst?: Readonly<Record<string, Uint8Array>>;
  worstBytes?: number;
  msPerKb?: number;
}

/** A reader of bytes that come whole. */
export function bytesTarget(
  { words = [], worst = {}, worstBytes = usualWorstBytes, msPerKb = usualMsPerKb, ...named }: ReaderOptions<Uint8Array>,
  read: (input: Uint8Array) => string | undefined,
): Target {
  return { ...named, words, worst, worstBytes, msPerKb, read };
}

/** A reader of a text that comes whole. */
export function textTarget(
  { corpus, ...options }: ReaderOptions<string>,
  read: (input: string) => string | undefined,
): Target {
  return bytesTarget({ ...options, corpus: corpus.map(bytesOf) }, (input) => read(textOf(input)));
}

/** What was understood, written and read again, is the same. */
export function readsAgain<Value>(value: Value, again: Result<Value, unknown>): string | undefined {
  if (!again.ok) return `what was understood cannot be read again: ${JSON.stringify(again.problem)}`;
  if (isDeepStrictEqual(again.value, value)) return undefined;
  return `read again it is another: ${JSON.stringify(value)}, ${JSON.stringify(again.value)}`;
}

/** The longest problem for people, in characters. */
const problemLimit = 2_000;

/** A problem can be shown as it is: it says something, fills no log, steers no terminal and is whole text. */
export function isShowable(message: string, limit = problemLimit): string | undefined {
  const shown = JSON.stringify(message.slice(0, 200));
  if (message.length < 5) return `the problem says nothing: ${shown}`;
  if (message.length > limit) return `the problem has ${message.length} characters: ${shown}`;
  if (/(?!\n)\p{Cc}|[\u2028\u2029]/u.test(message)) return `the problem steers a terminal: ${shown}`;
  return message.isWellFormed() ? undefined : `the problem holds half a surrogate pair: ${shown}`;
}

/** Nothing has come into what all objects inherit, nor was anything there replaced. */
export function isUnpolluted(): string | undefined {
  for (const name in {}) return `every object has ${JSON.stringify(name)} now`;
  return Object.getOwnPropertyNames(Object.prototype).length === ownNames ? undefined : 'Object.prototype has changed';
}

const ownNames = Object.getOwnPropertyNames(Object.prototype).length;
