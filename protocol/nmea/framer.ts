import { checksumOf, readSentence, type Sentence, sentenceLengthLimit } from './sentence.ts';

/** Why bytes were no sentence. */
export type DiscardReason =
  /** Bytes between sentences. */
  | 'no-start'
  | 'bad-checksum'
  /** The standard lets some sentences go without; a position that nothing vouches for is worse than none. */
  | 'no-checksum'
  /** A byte that no sentence may hold: noise, the wrong rate, or another protocol on the same line. */
  | 'bad-character'
  | 'too-long'
  /** The next one began, or the line ended, before it was whole. */
  | 'half-sentence';

/** What the framer makes of the bytes. The `bytes` of all items, put together, are the bytes that were pushed. */
export type NmeaItem =
  | { kind: 'sentence'; bytes: Uint8Array; sentence: Sentence }
  | { kind: 'discarded'; reason: DiscardReason; bytes: Uint8Array };

export interface Framer {
  /** Takes the next bytes from the wire and tells what is complete now. */
  push(bytes: Uint8Array): NmeaItem[];
  /** The line is over: what is held is told as discarded. */
  end(): NmeaItem[];
}

const dollar = 0x24;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const firstPrintable = 0x20;
const lastPrintable = 0x7e;

/**
 * Turns chunks of bytes, however cut, into sentences: from `$` to line feed. It holds less than a sentence of the
 * greatest length. No byte of a bad sentence can begin another one, for each `$` begins one at once: nothing is lost
 * behind a bad checksum.
 */
export function createFramer(): Framer {
  let held: number[] = [];

  function scan(bytes: Uint8Array): NmeaItem[] {
    const items: NmeaItem[] = [];
    let between: number[] = [];
    const discard = (reason: DiscardReason, discarded: readonly number[]): void => {
      items.push({ kind: 'discarded', reason, bytes: Uint8Array.from(discarded) });
    };
    const endBetween = (): void => {
      if (between.length > 0) discard('no-start', between);
      between = [];
    };
    for (const byte of bytes) {
      if (byte === dollar) {
        endBetween();
        if (held.length > 0) discard('half-sentence', held);
        held = [byte];
        continue;
      }
      if (held.length === 0) {
        between.push(byte);
        continue;
      }
      held.push(byte);
      const verdict = judge(held);
      if (verdict === undefined) continue;
      if (typeof verdict === 'string') discard(verdict, held);
      else items.push({ kind: 'sentence', bytes: Uint8Array.from(held), sentence: verdict });
      held = [];
    }
    endBetween();
    return items;
  }

  return {
    push: scan,
    end() {
      const rest = Uint8Array.from(held);
      held = [];
      return rest.length === 0 ? [] : [{ kind: 'discarded', reason: 'half-sentence', bytes: rest }];
    },
  };
}

/** What the last byte made of a sentence begun: nothing yet, a sentence, or none. */
function judge(held: readonly number[]): Sentence | DiscardReason | undefined {
  const last = held.at(-1);
  if (last === lineFeed) return judgeWhole(held);
  const mayFollow = last === carriageReturn || (last !== undefined && last >= firstPrintable && last <= lastPrintable);
  if (!mayFollow || held.at(-2) === carriageReturn) return 'bad-character';
  return held.length >= sentenceLengthLimit ? 'too-long' : undefined;
}

/** Some receivers end their lines without a carriage return. */
function judgeWhole(held: readonly number[]): Sentence | DiscardReason {
  const text = String.fromCharCode(...held).trimEnd();
  const [, body = '', checksum] = /^\$([^*]*)(?:\*([0-9A-Fa-f]{2}))?$/u.exec(text) ?? [];
  if (checksum === undefined) return text.includes('*') ? 'bad-checksum' : 'no-checksum';
  if (checksumOf(body) !== checksum.toUpperCase()) return 'bad-checksum';
  return readSentence(text);
}
