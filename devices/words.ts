import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Answer, bare, hint, nothingMore, type Word, type Words } from '#protocol/core/words.ts';
import type { Front } from './behaviours/behaviour.ts';
import { type FaultName, faults } from './behaviours/faults.ts';
import type { Connector } from './line/wire.ts';

export {
  type Answer,
  bare,
  choice,
  hint,
  lineLengthLimit,
  obeyWords,
  type Word,
  type Words,
} from '#protocol/core/words.ts';

/** A word with one number behind it; `range` in `unit`, which may be written behind the number. */
export function number(
  word: string,
  { least, most, unit }: { least: number; most: number; unit: string },
  does: string,
  perform: (value: number) => Result<Answer, string>,
): Word {
  return {
    usage: `${word} N`,
    does,
    perform([said = '', ...rest]) {
      const written = said.endsWith(unit) ? said.slice(0, said.length - unit.length) : said;
      const value = Number(written);
      if (!/^-?\d{1,9}(\.\d{1,9})?$/u.test(written) || value < least || value > most) {
        return failure(`${word} takes a number from ${least} to ${most} ${unit}, not ${JSON.stringify(said)}`);
      }
      return nothingMore(rest, () => perform(value));
    },
  };
}

/** What every device can be told: to misbehave, and to be pulled out and put back. */
export interface CommonOptions {
  /** What people call it: "receiver", "modem". */
  noun: string;
  front: Front;
  /** Its power, by its plug. */
  power(on: boolean): void;
  connector?: Connector;
  onPlug?(on: boolean): void;
}

/** `fault`, `unplug` and `plug`, the same for every device. */
export function commonWords({ noun, front, power, connector, onPlug }: CommonOptions): Words {
  function plug(on: boolean): Result<Answer, string> {
    if (connector === undefined) return failure(`this ${noun} has no connector to pull`);
    power(on);
    if (on) connector.plug();
    else connector.unplug();
    onPlug?.(on);
    return success({ text: on ? `the ${noun} is plugged in` : `the ${noun} is unplugged` });
  }
  return {
    fault: {
      usage: 'fault NAME | none',
      does: `the ${noun} misbehaves: ${Object.keys(faults).join(', ')}`,
      perform: ([fault = '', ...rest]) => nothingMore(rest, () => misbehave(front, fault)),
    },
    unplug: bare('unplug', `the ${noun} is pulled out`, () => plug(false)),
    plug: bare('plug', 'and put back', () => plug(true)),
  };
}

/** Puts a fault in front of a device by its name, or takes all away (`none`). */
export function misbehave(front: Front, fault: string): Result<Answer, string> {
  if (fault !== 'none' && !isFault(fault)) {
    return failure(`there is no fault ${JSON.stringify(fault)}; ${hint(fault, [...Object.keys(faults), 'none'])}`);
  }
  if (fault === 'none') front.clear();
  else if (!front.put(fault, faults[fault])) return failure('too many faults at once; fault none takes them away');
  return success({ text: `faults: ${front.names().join(', ') || 'none'}` });
}

function isFault(word: string): word is FaultName {
  return Object.hasOwn(faults, word);
}
