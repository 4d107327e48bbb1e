import { Type } from 'typebox';
import { success } from '#protocol/core/result.ts';
import { centreManners, type LinkDifficulties, modemDeeds, operatorDeeds } from '#simulator/world/action.ts';
import {
  anyKeys,
  choice,
  chosen,
  duration,
  durationMs,
  either,
  map,
  percent,
  percentOf,
  text,
  valuesOf,
  type Word,
} from './forms.ts';

const linkWords = ['down', 'up'] as const;
const brokerDeeds = ['stop', 'start', 'restart'] as const;

/** What happens between the home and its centres, and at these. */
export const networkWords: Readonly<Record<string, Word>> = {
  link: {
    schema: either(
      "The hub's way out: gone, back, or bad.",
      choice(linkWords, 'The data bearer drops, or comes back. Short messages still pass.'),
      anyKeys(
        {
          loss: percent('The share of messages that get lost.'),
          delay: duration('Each message is on its way for so long.'),
          rate: text('^[1-9][0-9]{0,6}(k|M)?bit$', 'a rate such as 2kbit', 'So many bits a second get through.'),
        },
        'The link is up, and bad.',
      ),
    ),
    read: (value) =>
      success({ word: 'link', is: typeof value === 'string' ? chosen(linkWords, value) : difficultiesOf(value) }),
  },
  modem: {
    schema: choice(
      modemDeeds,
      'What the modem, its SIM or its network does. roaming, 2g, 3g and 4g are ordinary service (B7).',
    ),
    read: (value) => success({ word: 'modem', does: chosen(modemDeeds, value) }),
  },
  signal: {
    schema: text('^-(1[0-3]\\d|[1-9]\\d|\\d)dBm$', 'a strength such as -113dBm', "The mobile network's strength."),
    read: (value) => success({ word: 'signal', dbm: Number.parseInt(String(value), 10) }),
  },
  broker: {
    schema: choice(brokerDeeds, "The primary centre's MQTT broker."),
    read: (value) => success({ word: 'broker', does: chosen(brokerDeeds, value) }),
  },
  centre: centreWord('centre', 'primary'),
  reserve: centreWord('reserve', 'reserve'),
  operator: {
    schema: either(
      "How both centres' operators answer calls from now on, or what they do in this one (B3).",
      choice(operatorDeeds, 'They answer, do not, call the hub themselves, or end the call.'),
      map(
        { dtmf: Type.Integer({ minimum: 0, maximum: 9, description: 'The key.' }) },
        'The operator presses a key of the telephone (B3.4).',
      ),
    ),
    read: (value) =>
      success(
        typeof value === 'string'
          ? { word: 'operator', does: chosen(operatorDeeds, value) }
          : { word: 'operator', does: 'key', digit: String(valuesOf(value)['dtmf']) },
      ),
  },
};

function centreWord(word: 'centre' | 'reserve', name: string): Word {
  return {
    schema: choice(
      centreManners,
      `How the ${name} centre answers from now on. hold, busy and not-treated are answers to reports only; silent answers nothing; forged takes them, but its answers are not signed by its key.`,
    ),
    read: (value) => success({ word, does: chosen(centreManners, value) }),
  };
}

const bitsOf = { '': 1, k: 1_000, M: 1_000_000 } as const;

function difficultiesOf(value: unknown): LinkDifficulties {
  const { loss, delay, rate } = valuesOf(value);
  const [, count, unit = ''] = /^(\d+)(k|M)?bit$/u.exec(String(rate)) ?? [];
  const bits = unit === 'k' || unit === 'M' ? bitsOf[unit] : bitsOf[''];
  return {
    ...(loss === undefined ? {} : { loss: percentOf(loss) / 100 }),
    ...(delay === undefined ? {} : { delayMs: durationMs(delay) }),
    ...(count === undefined ? {} : { bitsPerSecond: Number(count) * bits }),
  };
}
