import type { RadioCommand } from '#devices/radio/commands.ts';
import type { AccessoryDeed, Action } from './action.ts';

type RadioDeed = Exclude<AccessoryDeed, 'sos'>;

/**
 * What a radio device does when that happens to it. A bed's mat is held down by who lies on it; a fall detector, an epilepsy
 * alarm and a voice trigger press their own button.
 */
const words = {
  press: 'press',
  open: 'open',
  close: 'close',
  leave: 'release',
  enter: 'hold',
  'step-on': 'press',
  move: 'move',
  still: 'still',
  fall: 'press',
  smoke: 'smoke',
  clear: 'clear',
  seizure: 'press',
  shout: 'press',
} as const satisfies Record<RadioDeed, RadioCommand['word']>;

/** The command to the radio device for what happens to an accessory; undefined when the action is none of that. */
export function radioDeed(action: Action): RadioCommand | undefined {
  const { word } = action;
  return isDeed(word) && 'name' in action ? { word: words[word], name: action.name } : undefined;
}

function isDeed(word: string): word is RadioDeed {
  return Object.hasOwn(words, word);
}
