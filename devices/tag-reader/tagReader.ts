import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Cancel, Clock, Random } from '#protocol/core/time.ts';
import { encodeTag } from '#protocol/rdm6300/writer.ts';
import { createFront } from '#devices/behaviours/behaviour.ts';
import type { Connector, DeviceEnd } from '#devices/line/wire.ts';
import { type Answer, bare, commonWords, obeyWords, type Word, type Words } from '#devices/words.ts';
import { type ReaderProfile, readerProfiles } from './profiles.ts';

/** A tag that is held to the reader for a moment is there for so long. */
export const momentMs = 300;
/** From power to the first tag that is read. */
export const startMs = 200;

/** What the device tells whoever watches it. */
export type ReaderEvent =
  /** The reader says the number of the tag that lies there. */
  { event: 'read'; number: string; bytes: Uint8Array } | { event: 'restarted' };

export interface TagReaderOptions {
  line: DeviceEnd;
  clock: Clock;
  random: Random;
  /** Default: RDM6300. */
  profile?: ReaderProfile;
  /** What `unplug` and `plug` pull out and put back; without it the reader is screwed down. */
  connector?: Connector;
  onEvent?(event: ReaderEvent): void;
}

export interface TagReader {
  /** Does what a line of words says; the problem is for people. */
  obey(line: string): Result<Answer, string>;
  /** Calls `settled` when no tag is there for a moment only; at once when none is. */
  whenSettled(settled: () => void): void;
  stop(): void;
}

/** A fake 125 kHz tag reader and the tags that are held to it. It says what it reads, and hears nothing. */
export function createTagReader(options: TagReaderOptions): TagReader {
  const { line, clock, random, connector, onEvent, profile = readerProfiles.rdm6300 } = options;
  const { ending, repeatMs }: ReaderProfile = profile;
  const front = createFront({ clock, random, write: (bytes) => line.write(bytes), restart });
  let state: 'off' | 'starting' | 'running' = 'running';
  let tag: string | undefined;
  let cancelStart: Cancel = () => {};
  let cancelRepeat: Cancel = () => {};
  let cancelMoment: Cancel | undefined;
  let waiting: (() => void)[] = [];

  function read(): void {
    if (tag === undefined || state !== 'running') return;
    const bytes = encodeTag(tag, ending);
    onEvent?.({ event: 'read', number: tag, bytes });
    front.send({ kind: 'unasked', bytes });
    if (repeatMs !== undefined) cancelRepeat = clock.at(clock.monotonicMs() + repeatMs, read);
  }

  function takeAway(): void {
    cancelRepeat();
    cancelMoment?.();
    cancelMoment = undefined;
    tag = undefined;
    const settled = waiting;
    waiting = [];
    for (const told of settled) told();
  }

  function put(number: string): void {
    takeAway();
    tag = number;
    read();
  }

  function restart(): void {
    stop('starting');
    cancelStart = clock.at(clock.monotonicMs() + startMs, () => {
      state = 'running';
      onEvent?.({ event: 'restarted' });
      read();
    });
  }

  function stop(next: 'off' | 'starting'): void {
    state = next;
    cancelStart();
    cancelRepeat();
    front.forget();
  }

  function power(on: boolean): void {
    if (!on) stop('off');
    else if (state === 'off') restart();
  }

  const words: Words = {
    tag: numbered('tag', 'a tag is held to the reader for a moment', (number) => {
      put(number);
      cancelMoment = clock.at(clock.monotonicMs() + momentMs, takeAway);
      return `the tag ${number} was held to the reader`;
    }),
    hold: numbered('hold', 'a tag lies on the reader until it is taken away', (number) => {
      put(number);
      return `the tag ${number} lies on the reader`;
    }),
    'take-away': bare('take-away', 'the tag is taken away', () => {
      if (tag === undefined) return failure('no tag lies on the reader');
      takeAway();
      return success({ text: 'no tag lies on the reader' });
    }),
    ...commonWords({ noun: 'reader', front, power, ...(connector === undefined ? {} : { connector }) }),
  };

  return {
    obey: (said) => obeyWords(words, said),
    whenSettled(settled) {
      if (cancelMoment === undefined) settled();
      else waiting.push(settled);
    },
    stop() {
      front.clear();
      stop('off');
      takeAway();
    },
  };
}

/** A word with the number of a tag behind it. */
function numbered(word: string, does: string, perform: (number: string) => string): Word {
  return {
    usage: `${word} NUMBER`,
    does,
    perform([said = '', surplus]) {
      if (!/^[0-9a-f]{10}$/iu.test(said) || surplus !== undefined) {
        return failure(`${word} takes the number of a tag, ten hex digits such as 3c00ce754c`);
      }
      const number = said.toLowerCase();
      return success({ text: perform(number), number });
    },
  };
}
