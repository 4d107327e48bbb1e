import { printable } from '#protocol/core/printable.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Button } from '#protocol/esp3/profiles.ts';
import { type FaultName, faults } from '#devices/behaviours/faults.ts';
import { hint } from '#devices/words.ts';
import type { Saying } from './telegrams.ts';
import { repeatLimit, signalDbmLowest } from './transmitters.ts';

/** Characters that a command may have; a longer line is no command of a person. */
export const commandLengthLimit = 200;
/** Bytes of noise that one command may ask for. */
export const noiseBytesLimit = 65_536;

const buttons = ['AI', 'A0', 'BI', 'B0', 'push'] as const satisfies readonly Button[];

/** What happens to a transmitter, by its word alone. */
type Deed = Exclude<Saying, 'press'> | 'half' | 'alive';

/** What a person or a scenario may tell the receiver and the transmitters around it. */
export type RadioCommand =
  | { word: 'press'; name: string; button?: Button }
  | { word: Exclude<Saying, 'press'>; name: string }
  | { word: 'half'; name: string }
  | { word: 'alive'; name: string }
  | { word: 'tamper'; name: string; open: boolean }
  | { word: 'battery'; name: string; charge: number | 'low' }
  | { word: 'set'; name: string; setting: Setting }
  | { word: 'noise'; count: number }
  | { word: 'fault'; fault: FaultName | 'none' }
  | { word: 'unplug' | 'plug' | 'list' | 'help' };

type Read = Result<RadioCommand, string>;

/** How a transmitter is received. Only what is given changes. */
export type Setting = { signalDbm: number } | { repeat: number } | { silent: boolean };

/** A word of the language: how it is written, what it does, and how the words behind it are read. */
interface Entry {
  usage: string;
  does: string;
  read(rest: readonly string[], names: readonly string[]): Read;
}

const vocabulary: Record<RadioCommand['word'], Entry> = {
  press: entry('press NAME [BUTTON]', `press and release; BUTTON is one of ${buttons.join(', ')}`, (rest, names) =>
    withName(rest, names, readPress),
  ),
  release: deed('release', 'all buttons up'),
  open: deed('open', 'a door or window opens'),
  close: deed('close', 'and closes'),
  smoke: deed('smoke', 'a smoke detector smells smoke'),
  clear: deed('clear', 'and no more'),
  move: deed('move', 'a motion sensor sees somebody'),
  still: deed('still', 'and nobody any more'),
  battery: entry('battery NAME 10%', 'it tells its charge; "low" where it knows no figure', (rest, names) =>
    withName(rest, names, readBattery),
  ),
  'teach-in': deed('teach-in', 'its learn button is pressed'),
  hold: deed('hold', 'a button goes down and stays down; of a mat or bed: somebody is on it'),
  alive: deed('alive', 'it says again how it is, as it does from time to time'),
  tamper: entry('tamper NAME open | closed', 'its case is opened or closed', (rest, names) =>
    withName(rest, names, readTamper),
  ),
  half: deed('half', 'half a telegram arrives'),
  set: entry('set NAME dbm -95 | repeat 3 | silent on', 'how it is received from now on', (rest, names) =>
    withName(rest, names, readSetting),
  ),
  noise: entry('noise N', 'N random bytes', ([count = '', ...rest]) => {
    const read = whole(count, 1, noiseBytesLimit, 'noise');
    return read.ok ? nothingMore(rest, { word: 'noise', count: read.value }) : read;
  }),
  fault: entry('fault NAME | none', `the receiver misbehaves: ${Object.keys(faults).join(', ')}`, readFault),
  unplug: bare('unplug', 'the receiver is pulled out'),
  plug: bare('plug', 'and put back'),
  list: bare('list', 'the transmitters and how they are received'),
  help: bare('help', 'these words'),
};

/** What a line may begin with. */
export const radioWords: readonly string[] = Object.keys(vocabulary);

/**
 * Reads a line of words. `names` are the transmitters'. The problem is for people: what was wrong, and the word that
 * was most likely meant.
 */
export function parseRadioCommand(text: string, names: readonly string[]): Read {
  const read = readCommand(text, names);
  return read.ok ? read : failure(printable(read.problem));
}

function readCommand(text: string, names: readonly string[]): Read {
  if (text.length > commandLengthLimit) return failure(`a command has at most ${commandLengthLimit} characters`);
  const [first = '', ...rest] = text.trim().split(/\s+/u);
  // Scenarios say `stranger: press`, so that this order is understood too.
  if (first === 'stranger' && rest.length > 0) return readCommand([rest[0], first, ...rest.slice(1)].join(' '), names);
  if (first === '') return failure('nothing was said; help lists the words');
  if (!isWord(first)) return failure(`there is no word ${JSON.stringify(first)}; ${hint(first, radioWords)}`);
  const read = vocabulary[first].read(rest, names);
  return read.ok ? read : failure(`${read.problem}; usage: ${vocabulary[first].usage}`);
}

/** The words, how they are written and what they do, for people. */
export function radioHelp(): string {
  const width = Math.max(...Object.values(vocabulary).map(({ usage }) => usage.length));
  return Object.values(vocabulary)
    .map(({ usage, does }) => `${usage.padEnd(width)}  ${does}`)
    .join('\n');
}

function isWord(word: string): word is RadioCommand['word'] {
  return Object.hasOwn(vocabulary, word);
}

function isFault(word: string): word is FaultName {
  return Object.hasOwn(faults, word);
}

function entry(usage: string, does: string, read: Entry['read']): Entry {
  return { usage, does, read };
}

function deed(word: Deed, does: string): Entry {
  return entry(`${word} NAME`, does, (rest, names) =>
    withName(rest, names, (name, more) => nothingMore(more, { word, name })),
  );
}

function bare(word: 'unplug' | 'plug' | 'list' | 'help', does: string): Entry {
  return entry(word, does, (rest) => nothingMore(rest, { word }));
}

function withName(
  [name, ...rest]: readonly string[],
  names: readonly string[],
  read: (name: string, rest: readonly string[]) => Read,
): Read {
  if (name === undefined) return failure(`which one is missing; known are ${names.join(', ')}`);
  if (!names.includes(name)) return failure(`there is no transmitter ${JSON.stringify(name)}; ${hint(name, names)}`);
  return read(name, rest);
}

function readPress(name: string, [button, ...rest]: readonly string[]): Read {
  if (button === undefined) return success({ word: 'press', name });
  const known = buttons.find((one) => one === button);
  if (known === undefined) return failure(`there is no button ${JSON.stringify(button)}; ${hint(button, buttons)}`);
  return nothingMore(rest, { word: 'press', name, button: known });
}

function readBattery(name: string, [charge = '', ...rest]: readonly string[]): Read {
  if (charge === 'low') return nothingMore(rest, { word: 'battery', name, charge });
  const read = whole(charge.replace(/%$/u, ''), 0, 100, 'a charge in per cent');
  return read.ok ? nothingMore(rest, { word: 'battery', name, charge: read.value }) : read;
}

function readTamper(name: string, [state, ...rest]: readonly string[]): Read {
  if (state !== 'open' && state !== 'closed')
    return failure(`a case is open or closed, not ${JSON.stringify(state ?? '')}`);
  return nothingMore(rest, { word: 'tamper', name, open: state === 'open' });
}

function readSetting(name: string, [setting = '', value = '', ...rest]: readonly string[]): Read {
  switch (setting) {
    case 'dbm': {
      const read = whole(value, signalDbmLowest, 0, 'dbm');
      return read.ok ? nothingMore(rest, { word: 'set', name, setting: { signalDbm: read.value } }) : read;
    }
    case 'repeat': {
      const read = whole(value, 1, repeatLimit, 'repeat');
      return read.ok ? nothingMore(rest, { word: 'set', name, setting: { repeat: read.value } }) : read;
    }
    case 'silent':
      if (value !== 'on' && value !== 'off') return failure(`silent is on or off, not ${JSON.stringify(value)}`);
      return nothingMore(rest, { word: 'set', name, setting: { silent: value === 'on' } });
    default:
      return failure(`there is no setting ${JSON.stringify(setting)}; ${hint(setting, ['dbm', 'repeat', 'silent'])}`);
  }
}

function readFault([fault = '', ...rest]: readonly string[]): Read {
  if (fault === 'none' || isFault(fault)) return nothingMore(rest, { word: 'fault', fault });
  return failure(`there is no fault ${JSON.stringify(fault)}; ${hint(fault, [...Object.keys(faults), 'none'])}`);
}

function nothingMore([surplus]: readonly string[], command: RadioCommand): Read {
  return surplus === undefined ? success(command) : failure(`${JSON.stringify(surplus)} is one word too many`);
}

function whole(text: string, lowest: number, highest: number, what: string): Result<number, string> {
  const value = Number(text);
  if (/^-?\d{1,6}$/u.test(text) && value >= lowest && value <= highest) return success(value);
  return failure(`${what} is a whole number from ${lowest} to ${highest}, not ${JSON.stringify(text)}`);
}
