import { Type } from 'typebox';
import { durationPattern, parseDuration } from '#protocol/core/duration.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import {
  type Action,
  bytesDevices,
  commandNames,
  devices,
  journalFates,
  signatureFlaws,
  writeMoments,
} from '#simulator/world/action.ts';
import {
  anyKeys,
  anyMap,
  choice,
  chosen,
  duration,
  durationMs,
  either,
  map,
  text,
  valuesOf,
  type Word,
} from './forms.ts';

const hubDeeds = ['crash', 'restart', 'power-cut'] as const;
const diskStates = ['full', 'ok', 'failing'] as const;

const signature = Type.Optional(
  choice(
    signatureFlaws,
    "Without it the centre signs. none: it is not signed; wrong: by a key that is not the centre's.",
  ),
);

/** What befalls the hub itself: its program, its clock, its disk, its wires, and what the centre tells it to do. */
export const hubWords: Readonly<Record<string, Word>> = {
  hub: {
    schema: either(
      'What befalls the hub; it starts by itself after 5 s, 5 s, 30 s or the time given.',
      choice(hubDeeds, 'Killed, ended in order, or without mains and battery.'),
      anyKeys(
        {
          'power-cut': duration('The power is back after this.'),
          crash: choice(
            writeMoments,
            'Killed at its next write to the journal: nothing of it is on the disk, or all of it.',
          ),
        },
        'The power is gone for so long, or it is killed at a certain moment.',
        { maxProperties: 1 },
      ),
    ),
    read: (value) => success(readHub(value)),
  },
  clock: {
    schema: either(
      "The hub's wall clock.",
      choice(['unset'], 'It is not set, and says so.'),
      map(
        {
          jump: text(
            `^[+-]?${durationPattern.slice(1)}`,
            'a duration with a sign, such as -3h or 90s',
            'It jumps by so much.',
          ),
        },
        'It jumps, forwards or with a minus backwards.',
      ),
    ),
    read: readClock,
  },
  disk: {
    schema: choice(diskStates, "The disk that holds the hub's journal."),
    read: (value) => success({ word: 'disk', is: chosen(diskStates, value) }),
  },
  journal: {
    schema: choice(
      journalFates,
      "What befalls the journal's file. Copied as it is now; or, while the program is killed for 5 s: the copy is put in its place, a page that holds what waits is damaged, it is gone, a newer program has written it.",
    ),
    read: (value) => success({ word: 'journal', is: chosen(journalFates, value) }),
  },
  configure: {
    schema: Type.Unsafe({
      type: 'object',
      'x-configure': true,
      minProperties: 1,
      properties: {
        version: Type.Integer({
          minimum: 0,
          maximum: 1_000_000_000,
          description: 'Its version; the next one without it.',
        }),
        signature,
        invalid: Type.Boolean({ description: 'It is meant to be wrong: what it holds is not looked at beforehand.' }),
      },
      additionalProperties: true,
      description:
        'The centre sends a configuration: the keys of `hub:` and `centre`, laid over the one in force (B11). Beside them, for bad ones: version, signature, invalid.',
    }),
    read: (value) => {
      const { version, signature: signed, invalid: _invalid, ...layer } = valuesOf(value);
      return success({
        word: 'configure',
        layer,
        ...(typeof version === 'number' ? { version } : {}),
        ...flawOf(signed),
      });
    },
  },
  command: {
    schema: map(
      {
        name: choice(commandNames, 'Which command.'),
        with: Type.Optional(anyMap('What the command takes, key by key.')),
        signature,
        counter: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 1_000_000_000,
            description: "The centre's counter; the next one without it, an old one is a replay.",
          }),
        ),
      },
      'The centre tells the hub to do something (B11).',
    ),
    read: (value) => {
      const { name, with: details, signature: signed, counter } = valuesOf(value);
      return success({
        word: 'command',
        name: chosen(commandNames, name),
        details: valuesOf(details),
        ...(typeof counter === 'number' ? { counter } : {}),
        ...flawOf(signed),
      });
    },
  },
  bytes: {
    schema: map(
      {
        to: choice(bytesDevices, 'The line.'),
        hex: text('^\\s*([0-9a-fA-F]{2}\\s*)+$', 'bytes in hex, such as "55 00 07"', 'The bytes.'),
      },
      'Bytes reach the hub as if the device had sent them.',
    ),
    read: (value) => {
      const { to, hex } = valuesOf(value);
      return success({ word: 'bytes', to: chosen(bytesDevices, to), hex: String(hex) });
    },
  },
  unplug: {
    schema: choice(devices, 'The device is pulled out.'),
    read: (value) => success({ word: 'unplug', device: chosen(devices, value) }),
  },
  plug: {
    schema: choice(devices, 'The device is put back.'),
    read: (value) => success({ word: 'plug', device: chosen(devices, value) }),
  },
};

function readHub(value: unknown): Action {
  if (typeof value === 'string') return { word: 'hub', does: chosen(hubDeeds, value) };
  const { crash, 'power-cut': off } = valuesOf(value);
  return crash === undefined
    ? { word: 'hub', does: 'power-cut', offMs: durationMs(off) }
    : { word: 'hub', does: 'crash', when: chosen(writeMoments, crash) };
}

function flawOf(signed: unknown): Pick<Extract<Action, { word: 'configure' }>, 'signature'> {
  return signed === undefined ? {} : { signature: chosen(signatureFlaws, signed) };
}

function readClock(value: unknown): Result<Action, string> {
  if (typeof value === 'string') return success({ word: 'clock', does: 'unset' });
  const jump = String(valuesOf(value)['jump']);
  const length = parseDuration(jump.replace(/^[+-]/u, ''));
  if (!length.ok) return failure(length.problem);
  return success({ word: 'clock', does: 'jump', byMs: jump.startsWith('-') ? -length.value : length.value });
}
