import { openJournalReader } from '#agent/journal/reader.ts';
import { parseRadioCommand } from '#devices/radio/commands.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import { nearest } from '#protocol/core/nearest.ts';
import { type Clock, type Random, secondMs } from '#protocol/core/time.ts';
import { type Home, openHome } from './home.ts';
import { startStory } from './story.ts';

export interface VirtualOptions {
  /** Where the journal is kept from one time to the next; absolute, and it exists. */
  folder: string;
  hub?: Configuration;
  brokerUrl?: string;
  verbose: boolean;
  clock: Clock;
  random: Random;
  print(line: string): void;
}

/** A virtual hub that tells its story and does what it is told. */
export interface VirtualHub {
  /** Kept when the hub hears its receiver and is connected to its centre. */
  ready: Promise<unknown>;
  /** Does what a line of words says. Returns false when it was `quit`. */
  perform(line: string): boolean;
  /** Presses the pendant and follows it. Tells the reference when the centre has acknowledged the alarm in time. */
  pressOnce(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** How long a press may take on this machine, start of everything included, before the demonstration has failed. */
const pressTimeoutMs = 30 * secondMs;

const ownWords = {
  journal: 'the last ten lines of the journal',
  counters: 'what was counted',
  quit: 'ends it all',
};

/** Rejects with an Error for people when a part cannot be had. */
export async function startVirtualHub(options: VirtualOptions): Promise<VirtualHub> {
  const { clock, print } = options;
  const steps = createSteps();
  const story = startStory({ clock, print, verbose: options.verbose, onStep: steps.tell });
  const ready = Promise.all([steps.next('receiver'), steps.next('connected')]);
  const home = await openHome({ ...options, log: story.log, onRadioEvent: story.radio, onCentreEvent: story.centre });

  function perform(line: string): boolean {
    const word = line.trim();
    if (word === 'quit' || word === 'exit') {
      return false;
    }
    if (word === 'journal') {
      lastOfJournal(home).forEach(print);
    } else if (word === 'counters') {
      print(JSON.stringify(home.hub.agent.counters(), null, 2));
    } else if (word !== '') {
      performOnRadio(word);
    }
    return true;
  }

  function performOnRadio(line: string): void {
    const command = parseRadioCommand(line, home.radio.names());
    const answer = command.ok ? home.radio.perform(command.value) : command;
    if (!answer.ok) {
      const own = nearest(line, Object.keys(ownWords));
      print(own === undefined ? answer.problem : `there is no word ${JSON.stringify(line)}; did you mean ${own}?`);
    } else if (line.startsWith('help')) {
      print(answer.value.text);
      Object.entries(ownWords).forEach(([own, does]) => print(`${own.padEnd(39)}  ${does}`));
    } else if (line === 'list') {
      print(answer.value.text);
    }
  }

  async function pressOnce(): Promise<string | undefined> {
    const acknowledged = steps.next('acknowledged');
    const pressed = ready.then(() => perform('press pendant'));
    const ref = await withinMs(
      clock,
      pressTimeoutMs,
      pressed.then(async () => await acknowledged),
    );
    return ref !== undefined && isDelivered(home, ref) ? ref : undefined;
  }

  return { ready, perform, pressOnce, close: home.close };
}

/** Notes the steps of the story, so that somebody can wait for the next of a kind. Tells its reference. */
function createSteps() {
  const waiting = new Map<string, (ref: string) => void>();
  return {
    tell(step: string, fields: Readonly<Record<string, unknown>>): void {
      waiting.get(step)?.(String(fields['ref']));
      waiting.delete(step);
    },
    async next(step: string): Promise<string> {
      return await new Promise((resolve) => waiting.set(step, resolve));
    },
  };
}

async function withinMs<Value>(clock: Clock, timeoutMs: number, awaited: Promise<Value>): Promise<Value | undefined> {
  return await new Promise((resolve, reject) => {
    const cancel = clock.at(clock.monotonicMs() + timeoutMs, () => resolve(undefined));
    awaited.then(resolve, reject).finally(cancel);
  });
}

/** What the journal on disk says, read as another program would: reported, acknowledged, and waiting no longer. */
function isDelivered({ configuration }: Home, ref: string): boolean {
  const journal = openJournalReader(configuration.journal.file);
  try {
    const kinds = journal.story(ref).map(({ kind }) => kind);
    return kinds.includes('report') && kinds.includes('acknowledged') && !journal.waits(ref);
  } finally {
    journal.close();
  }
}

function lastOfJournal({ configuration }: Home): string[] {
  const journal = openJournalReader(configuration.journal.file);
  try {
    return journal
      .newest(10)
      .map(
        ({ seq, wallMs, kind, ref }) =>
          `${String(seq).padStart(6)}  ${timeOf(wallMs)}  ${kind.padEnd(14)} ${ref ?? ''}`,
      );
  } finally {
    journal.close();
  }
}

function timeOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ');
}
