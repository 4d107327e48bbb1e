import type { Random } from '#protocol/core/time.ts';

/** One thing that goes wrong with an input. The numbers choose where, how much and what; what they mean is up to the kind. */
export interface Mutation {
  kind: MutationKind;
  at: number;
  size: number;
  pick: number;
}

export const mutationKinds = [
  'flip',
  'replace',
  'remove',
  'cut',
  'repeat',
  'word',
  'splice',
  'number',
  'nest',
  'swap',
] as const;

export type MutationKind = (typeof mutationKinds)[number];

/** Choices that a number of a mutation makes between; more than any input has places. */
export const mutationRange = 65_536;

/** The longest input that mutations make of a shorter example, in bytes; what is longer is a case of its own. */
const mutatedLimit = 16_384;

/** By it {@link textOf} finds where a half of a surrogate pair is to stand: two characters of private use. */
const highHalf = '\uE0D8';
const lowHalf = '\uE0DC';

/** What no format likes in the middle of itself. */
const unpleasant: readonly string[] = [
  '\0',
  '\uFEFF',
  highHalf,
  lowHalf,
  '\r\n',
  '\n\n',
  '\t',
  '\u2028',
  '\u001B[2J',
  '99999999999999999999',
  '-1',
  '1e999',
  '0x7fffffff',
  'NaN',
  'null',
  '__proto__',
  'constructor',
  'toString',
  '"',
  "'",
  '%s%n',
  '../',
  'é🜁',
  ',',
  ':',
  '*',
  ' ',
];

/** What is opened without an end where depth is tried. */
const openings: readonly string[] = ['[', '{', '(', '"', '{"a":', '[[{', '- ', '? ', '<!--', '$', '&', '*'];

export interface Material {
  corpus: readonly Uint8Array[];
  /** The format's own words. */
  words: readonly string[];
}

/** Does what the mutations say to one of the valid examples, one after the other. */
export function mutated({ corpus, words }: Material, base: number, mutations: readonly Mutation[]): Uint8Array {
  const usual = [...unpleasant, ...words].map(bytesOf);
  let bytes = chosen(corpus, base) ?? new Uint8Array(0);
  const limit = Math.max(mutatedLimit, 2 * bytes.length);
  for (const mutation of mutations) bytes = apply(bytes, mutation, usual, corpus).subarray(0, limit);
  return Uint8Array.from(bytes);
}

function apply(
  bytes: Uint8Array,
  { kind, at: where, size, pick }: Mutation,
  words: readonly Uint8Array[],
  corpus: readonly Uint8Array[],
): Uint8Array {
  const at = Math.floor((where / mutationRange) * (bytes.length + 1));
  const length = 1 + Math.floor((size / mutationRange) ** 2 * Math.max(1, bytes.length - at));
  const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (kind) {
    case 'flip':
      return bytes.map((byte, index) => (index === at ? byte ^ (1 << (pick % 8)) : byte));
    case 'replace':
      return bytes.map((byte, index) => (index === at ? pick % 256 : byte));
    case 'remove':
      return joined([before, bytes.subarray(at + length)]);
    case 'cut':
      return before;
    case 'repeat':
      return joined([before, ...Array<Uint8Array>(1 + (pick % 40)).fill(behind.subarray(0, length)), behind]);
    case 'word':
      return joined([before, chosen(words, pick) ?? behind, size % 2 === 0 ? behind : bytes.subarray(at + length)]);
    case 'splice': {
      const other = chosen(corpus, pick) ?? bytes;
      return joined([before, other.subarray(Math.floor((size / mutationRange) * other.length))]);
    }
    case 'number':
      return withNumber(bytes, at, size);
    case 'nest':
      return joined([before, bytesOf((chosen(openings, pick) ?? '').repeat(1 + (size % 2_000))), behind]);
    case 'swap':
      return joined([behind, before]);
  }
}

/** Another number in place of the digits that stand there or come next. */
function withNumber(bytes: Uint8Array, at: number, size: number): Uint8Array {
  const from = bytes.findIndex((byte, index) => index >= at && isDigit(byte));
  if (from === -1) return bytes;
  const length = bytes.subarray(from).findIndex((byte) => !isDigit(byte));
  const numbers = ['0', '-0', '1', '255', '256', '65536', '2147483648', '9007199254740993', '9'.repeat(400), '0.1'];
  const rest = bytes.subarray(length === -1 ? bytes.length : from + length);
  return joined([bytes.subarray(0, from), bytesOf(chosen(numbers, size) ?? ''), rest]);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Mutations by chance, mostly few. */
export function drawMutations(random: Random): Mutation[] {
  const draw = (): number => Math.floor(random() * mutationRange);
  return Array.from({ length: 1 + Math.floor(random() ** 2 * 8) }, () => ({
    kind: mutationKinds[Math.floor(random() * mutationKinds.length)] ?? 'flip',
    at: draw(),
    size: draw(),
    pick: draw(),
  }));
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text that bytes stand for, with halves of surrogate pairs, which UTF-8 does not have. */
export function textOf(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return text.replaceAll(highHalf, '\uD800').replaceAll(lowHalf, '\uDC00');
}

/** One character a byte, as on a wire. */
export function wireText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function chosen<One>(all: readonly One[], number: number): One | undefined {
  return all.length === 0 ? undefined : all[number % all.length];
}
