import { createEndingClock } from '#agent/runtime/endingClock.ts';
import { type Clock, type Random, secondMs } from '#protocol/core/time.ts';
import { usualHabits } from '#simulator/world/centreHabits.ts';
import type { NewEvent } from '#simulator/world/recorder.ts';
import { type Demonstrated, demonstrate } from './demonstration.ts';
import { createHappenings } from './happenings.ts';
import { help } from './help.ts';
import { type Home, openHome } from './home.ts';
import type { WrittenHub } from './household.ts';
import { lastOfJournal } from './readJournal.ts';
import { startStory } from './story.ts';
import { type OwnWord, readLine } from './words.ts';

export interface VirtualOptions {
  /** Where the journal is kept from one time to the next; absolute, and it exists. */
  folder: string;
  hub?: WrittenHub;
  brokerUrl?: string;
  verbose: boolean;
  clock: Clock;
  random: Random;
  print(line: string): void;
}

/** A virtual hub that tells its story and does what it is told. */
export interface VirtualHub {
  /** Kept with true when the hub hears its receiver and is connected to a centre; with false when it takes too long. */
  ready: Promise<boolean>;
  /** Does what a line of words says; kept when that is done, with false when it was `quit`. */
  perform(line: string): Promise<boolean>;
  /** Shows an alarm, its call and a visit, all the way. */
  demonstrate(): Promise<Demonstrated>;
  close(): Promise<void>;
}

/** How long the start may take on this machine. */
const startLimitMs = 30 * secondMs;

/** People here wait for the operator: he is quicker than usual. */
const habits = { ...usualHabits, answersAfterMs: secondMs };

/** Rejects with an Error for people when a part cannot be had. */
export async function startVirtualHub(options: VirtualOptions): Promise<VirtualHub> {
  const { print } = options;
  // Who waits for something when all ends waits no longer.
  const clock = createEndingClock(options.clock);
  const story = startStory({ clock, print, verbose: options.verbose });
  const happenings = createHappenings(clock);
  const onEvent = (event: NewEvent): void => {
    story.event(event);
    happenings.tell(event);
  };
  const isReceiver = (event: NewEvent) => event.kind === 'log' && event.fields['step'] === 'receiver';
  const isPath = (event: NewEvent) => event.kind === 'path' && event.is === 'up';
  const isUp = Promise.all([happenings.next(isReceiver, startLimitMs), happenings.next(isPath, startLimitMs)]);
  const home = await openHome({ ...options, habits, onEvent, onBytes: story.bytes }).catch((error: unknown) => {
    clock.end();
    throw error;
  });

  async function perform(line: string): Promise<boolean> {
    if (line.trim() === '') return true;
    const read = readLine(line, home.household, home.radio.names());
    if (!read.ok) {
      print(read.problem);
      return true;
    }
    const asked = read.value;
    if (asked.kind === 'own') return performOwn(asked.word, asked.rest);
    if (asked.kind === 'wait') {
      await happenings.next(() => false, asked.forMs);
      return true;
    }
    const done = asked.kind === 'action' ? home.perform(asked.action) : home.radio.perform(asked.command);
    if (!done.ok) print(done.problem);
    else if (asked.kind === 'radio' && asked.command.word === 'list' && done.value !== undefined)
      print(done.value.text);
    return true;
  }

  function performOwn(word: OwnWord, about: string): boolean {
    if (word === 'help') print(help(about, home.household));
    else if (word === 'journal') lastOfJournal(home.journalFile).forEach(print);
    else if (word === 'counters') print(JSON.stringify(home.counters(), null, 2));
    else if (word === 'state') stateLines(home).forEach(print);
    return word !== 'quit';
  }

  return {
    ready: isUp.then((events) => events.every((event) => event !== undefined)),
    perform,
    demonstrate: async () => await demonstrate({ home, happenings, callsAreOurs: options.brokerUrl === undefined }),
    async close() {
      clock.end();
      await home.close();
    },
  };
}

function stateLines(home: Home): string[] {
  return Object.entries(home.state()).map(
    ([name, value]) => `${name.padEnd(13)}  ${typeof value === 'boolean' ? (value ? 'on' : 'off') : value}`,
  );
}
