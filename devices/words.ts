import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Answer, bare, hint, nothingMore, type Word, type Words } from '#protocol/core/words.ts';
import type { CreateBehaviour, Front } from './behaviours/behaviour.ts';
import { faults } from './behaviours/faults.ts';
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
  /** Ways to misbehave that only this device has. */
  faults?: Faults;
}

type Faults = Readonly<Record<string, CreateBehaviour>>;

/** `fault`, `unplug` and `plug`, the same for every device. */
export function commonWords({ noun, front, power, connector, onPlug, faults: own = {} }: CommonOptions): Words {
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
      does: `the ${noun} misbehaves: ${Object.keys({ ...faults, ...own }).join(', ')}`,
      perform: ([fault = '', ...rest]) => nothingMore(rest, () => misbehave(front, fault, own)),
    },
    unplug: bare('unplug', `the ${noun} is pulled out`, () => plug(false)),
    plug: bare('plug', 'and put back', () => plug(true)),
  };
}

/** Puts a fault in front of a device by its name, or takes all away (`none`). `own` are faults that only it has. */
export function misbehave(front: Front, fault: string, own: Faults = {}): Result<Answer, string> {
  const known: Faults = { ...faults, ...own };
  const create = Object.hasOwn(known, fault) ? known[fault] : undefined;
  if (fault !== 'none' && create === undefined) {
    return failure(`there is no fault ${JSON.stringify(fault)}; ${hint(fault, [...Object.keys(known), 'none'])}`);
  }
  if (create === undefined) front.clear();
  else if (!front.put(fault, create)) return failure('too many faults at once; fault none takes them away');
  return success({ text: `faults: ${front.names().join(', ') || 'none'}` });
}
