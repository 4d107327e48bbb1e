import { type Static, Type } from 'typebox';
import { keyNames, type KeyName } from '#protocol/evdev/keys.ts';
import { map, pathText, text } from './keys.ts';
import { filled } from './values.ts';

function lampName(example: string, which: string) {
  return Type.Optional(
    text(
      '^(?!\\.{1,2}$)[^/\\u0000-\\u001f\\u007f-\\u009f]{1,64}$',
      `the name of a folder in it, such as ${example}`,
      `The ${which} lamp. Without it there is none.`,
    ),
  );
}

function key(byDefault: KeyName, does: string) {
  return Type.Optional(
    Type.Enum([...keyNames], { default: byDefault, description: `The key of the button that ${does}.` }),
  );
}

export const frontSection = Type.Optional(
  map(
    {
      lamps: Type.Optional(
        map(
          {
            folder: Type.Optional(pathText('/sys/class/leds', "The kernel's lamps.", '/sys/class/leds')),
            alarm: lampName('hub:red:alarm', 'red, alarms’'),
            status: lampName('hub:green:status', 'green, status'),
          },
          'The lamps, where fitted.',
        ),
      ),
      buttons: Type.Optional(
        map(
          {
            device: pathText(
              '/dev/input/by-path/platform-gpio-keys-event',
              'The input device of the buttons. It may come later.',
            ),
            alarm: key('KEY_PROG1', 'raises an alarm'),
            cancel: key('KEY_PROG2', 'cancels one in its window'),
            presence: key('KEY_PROG3', 'says that the client leaves, or is back'),
          },
          'The buttons, where fitted.',
        ),
      ),
      sounds: Type.Optional(
        map(
          {
            device: Type.Optional(
              text(
                '^[A-Za-z0-9_:=,.-]{1,64}$',
                'the name of an ALSA device such as default or plughw:1',
                'The sound card, as aplay -L lists it.',
                'default',
              ),
            ),
            volume: Type.Optional(
              Type.Integer({
                minimum: 1,
                maximum: 100,
                default: 70,
                description: 'Per cent of what the card gives. From 1 to 100.',
              }),
            ),
          },
          'The sounder, where fitted.',
        ),
      ),
    },
    "The hub's own lamps, buttons and sounder, where fitted.",
  ),
);

type FrontDocument = Static<typeof frontSection>;

/** The front as the agent uses it; what is missing is not fitted. */
export interface FrontConfiguration {
  lamps?: { folder: string; alarm?: string; status?: string };
  buttons?: { device: string; keys: Readonly<Record<'alarm' | 'cancel' | 'presence', KeyName>> };
  sounds?: { device: string; volumePercent: number };
}

export function readFront(front: NonNullable<FrontDocument>): FrontConfiguration {
  const { lamps, buttons, sounds } = front;
  return {
    ...(lamps === undefined ? {} : { lamps: { ...lamps, folder: filled(lamps.folder) } }),
    ...(buttons === undefined
      ? {}
      : {
          buttons: {
            device: buttons.device,
            keys: { alarm: filled(buttons.alarm), cancel: filled(buttons.cancel), presence: filled(buttons.presence) },
          },
        }),
    ...(sounds === undefined
      ? {}
      : { sounds: { device: filled(sounds.device), volumePercent: filled(sounds.volume) } }),
  };
}
