import { durationPattern, parseDuration } from '#protocol/core/duration.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Action, LinkDifficulties } from '#simulator/world/world.ts';
import { isObject } from './document.ts';

/** Reads what stands behind a word that does something. It matches the schema of the word. */
export function readAction(word: string, value: unknown): Result<Action, string> {
  switch (word) {
    case 'press':
    case 'smoke':
    case 'clear':
      return success({ word, name: String(value) });
    case 'stranger':
      return success({ word, does: 'press' });
    case 'accessory':
      return success(readAccessory(isObject(value) ? value : {}));
    case 'unplug':
    case 'plug':
      return success({ word, device: 'radio' });
    case 'bytes':
      return success({ word, to: 'radio', hex: isObject(value) ? String(value['hex']) : '' });
    case 'clock':
      return readClock(value);
    case 'hub':
      return success(readHub(value));
    case 'link':
      return success({ word, is: value === 'up' || value === 'down' ? value : readQuality(value) });
    default:
      return readChoice(word, value);
  }
}

type Words = Readonly<Record<string, unknown>>;

function readAccessory({ name, silent, dbm, repeat }: Words): Action {
  return {
    word: 'accessory',
    name: String(name),
    ...(typeof silent === 'boolean' ? { silent } : {}),
    ...(typeof dbm === 'number' ? { dbm } : {}),
    ...(typeof repeat === 'number' ? { repeat } : {}),
  };
}

function readClock(value: unknown): Result<Action, string> {
  if (!isObject(value)) return success({ word: 'clock', does: 'unset' });
  const text = String(value['jump']);
  const length = parseDuration(text.replace(/^[+-]/u, ''));
  if (!length.ok) return length;
  return success({ word: 'clock', does: 'jump', byMs: text.startsWith('-') ? -length.value : length.value });
}

function readHub(value: unknown): Action {
  if (isObject(value)) return { word: 'hub', does: 'power-cut', offMs: durationMs(value['power-cut']) };
  return { word: 'hub', does: value === 'crash' || value === 'restart' ? value : 'power-cut' };
}

const bitsOf = { k: 1_000, M: 1_000_000 } as const;

function readQuality(value: unknown): LinkDifficulties {
  const { loss, delay, rate }: Words = isObject(value) ? value : {};
  const [, count, unit] = /^(\d+)(k|M)?bit$/u.exec(String(rate)) ?? [];
  return {
    ...(typeof loss === 'string' ? { loss: Number.parseInt(loss, 10) / 100 } : {}),
    ...(delay === undefined ? {} : { delayMs: durationMs(delay) }),
    ...(count === undefined
      ? {}
      : { bitsPerSecond: Number(count) * (unit === 'k' || unit === 'M' ? bitsOf[unit] : 1) }),
  };
}

function durationMs(value: unknown): number {
  const text = String(value);
  const read = new RegExp(durationPattern, 'u').test(text) ? parseDuration(text) : undefined;
  return read?.ok === true ? read.value : 0;
}

const brokerWords = ['stop', 'start', 'restart'] as const;
const centreWords = ['answers', 'silent', 'hold', 'busy', 'not-treated', 'offline', 'online'] as const;

function readChoice(word: string, value: unknown): Result<Action, string> {
  const broker = brokerWords.find((choice) => choice === value);
  if (word === 'broker' && broker !== undefined) return success({ word, does: broker });
  const centre = centreWords.find((choice) => choice === value);
  if (word === 'centre' && centre !== undefined) return success({ word, does: centre });
  return failure(`${word} cannot do ${JSON.stringify(value)}`);
}
