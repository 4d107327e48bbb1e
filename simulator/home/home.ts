import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { documentInForce } from '#agent/hub/configuration/configuration.ts';
import { readFacts } from '#agent/hub/facts.ts';
import { openJournal } from '#agent/journal/journal.ts';
import { takeLock } from '#agent/journal/lock.ts';
import { readCentresTls } from '#agent/runtime/certificateFiles.ts';
import { readBootId } from '#agent/runtime/boot.ts';
import { createEndingClock } from '#agent/runtime/endingClock.ts';
import type { RadioDevice } from '#devices/radio/radioDevice.ts';
import type { Log } from '#protocol/core/log.ts';
import { failure, type Result } from '#protocol/core/result.ts';
import type { Clock, Random } from '#protocol/core/time.ts';
import { chooseBroker } from '#simulator/network/realBroker.ts';
import type { Home as Household } from '#simulator/scenario/hubLayer.ts';
import type { CentreHabits } from '#simulator/world/centreHabits.ts';
import { furnish, type RealParts } from '#simulator/world/furnishing.ts';
import { performAction } from '#simulator/world/performAction.ts';
import type { NewEvent } from '#simulator/world/recorder.ts';
import { stateOf } from '#simulator/world/side.ts';
import { type Action, stateAtBegin, type WorldState } from '#simulator/world/world.ts';
import { isMap, sentDocument, settle, type WrittenHub } from './household.ts';

export interface HomeOptions {
  /** Where the journal and the fake serial port are, from one time to the next; absolute, and it exists. */
  folder: string;
  /** Who lives there; without it the usual home of scenarios. */
  hub?: WrittenHub;
  /** Where the centre's broker is, outside; without it both centres are in this process. */
  brokerUrl?: string;
  habits: CentreHabits;
  clock: Clock;
  random: Random;
  onEvent(event: NewEvent): void;
  /** Bytes on the hub's lines, and on its way to the centres. */
  onBytes(line: string, direction: 'in' | 'out', bytes: Uint8Array): void;
}

/** A whole home in real time, which goes on where it was left: a hub on a pseudo terminal, everything around it, its centres. */
export interface Home {
  household: Household;
  radio: RadioDevice;
  /** Does what an action says. The problem is for people. */
  perform(action: Action): Result<void, string>;
  state(): WorldState;
  counters(): Readonly<Record<string, unknown>>;
  journalFile: string;
  /** Ends the hub in order, then everything around it. */
  close(): Promise<void>;
}

/** Opens a home. Rejects when a part of it cannot be had, with an Error for people, and leaves nothing open. */
export async function openHome(options: HomeOptions): Promise<Home> {
  const { folder } = options;
  const opened: (() => Promise<void>)[] = [];
  const close = async () => {
    for (let last = opened.pop(); last !== undefined; last = opened.pop()) await last();
  };
  try {
    // Before anything is touched: the serial port's link of a home that lives here would be replaced.
    const release = takeLock(join(folder, 'home'));
    opened.push(() => Promise.resolve(release()));
    const clock = createEndingClock(options.clock);
    opened.push(() => Promise.resolve(clock.end()));
    return { ...(await moveIn({ ...options, clock }, (closer) => opened.push(closer))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function moveIn(
  options: HomeOptions,
  closeLater: (closer: () => Promise<void>) => void,
): Promise<Omit<Home, 'close'>> {
  const { folder, clock, random, brokerUrl, habits, onEvent } = options;
  const journalFile = join(folder, 'journal.db');
  const log = noting(onEvent);
  const household = settle(options.hub, versionOfCentre(journalFile, log), brokerUrl);
  const { configuration } = household;
  const parts = await furnish({
    folder,
    clock,
    configuration,
    document: sentDocument(household.document),
    closeLater,
    // The centres' keys come from it.
    seed: Math.floor(random() * 2 ** 32),
    random: () => random,
    centre: habits,
    recorder: { note: onEvent, bytes: options.onBytes, events: () => [], hash: () => '', begin() {} },
    bootName: (boots) => (boots === 1 ? readBootId(log) : newName(random)),
    ...(brokerUrl === undefined
      ? { startBroker: chooseBroker({ program: undefined }).startBroker }
      : { tls: readCentresTls(configuration) }),
    debug: true,
  });
  const { machine, sides, radio } = parts;
  closeLater(async () => await new Promise<void>((resolve) => machine.stop(resolve)));
  return {
    household,
    radio,
    journalFile,
    perform: (action) => perform(parts, action, options),
    state: () => ({ ...stateAtBegin, ...stateOf(sides), ...machine.state() }),
    counters: machine.counters,
  };
}

/** What belongs to somebody else when the centres are outside. */
const centresAffairs: readonly Action['word'][] = ['link', 'broker', 'centre', 'reserve', 'configure', 'command'];

function perform(parts: RealParts, action: Action, { brokerUrl, onEvent }: HomeOptions): Result<void, string> {
  if (brokerUrl !== undefined && centresAffairs.includes(action.word)) {
    return failure(`${action.word}: the broker is outside, and so are the way to it and the centre behind it`);
  }
  onEvent({ kind: 'action', action });
  return performAction(parts, action);
}

/**
 * The version of the configuration that a centre sent in an earlier run. The centre of that time is gone, its port and its
 * keys with it, so that the file must count again: it gets the next version.
 */
function versionOfCentre(journalFile: string, log: Log): number {
  if (!existsSync(journalFile)) return 0;
  const journal = openJournal({ file: journalFile, log });
  const document = documentInForce(readFacts(journal));
  journal.close();
  const version = isMap(document) ? document['version'] : undefined;
  return typeof version === 'number' ? version : 0;
}

/** A name for a run of the machine, in the form of the kernel's. */
function newName(random: Random): string {
  const digits = Array.from({ length: 12 }, () => Math.floor(random() * 16).toString(16)).join('');
  return `00000000-0000-4000-8000-${digits}`;
}

/** What goes wrong before the hub runs is told like what it says itself. */
function noting(note: (event: NewEvent) => void): Log {
  const at =
    (level: 'warn' | 'error'): Log['warn'] =>
    (fields, message) =>
      note({ kind: 'log', level, message, fields });
  return { debug() {}, info() {}, warn: at('warn'), error: at('error') };
}
