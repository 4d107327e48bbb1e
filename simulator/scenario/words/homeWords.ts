import { Type } from 'typebox';
import { success } from '#protocol/core/result.ts';
import { onOrOff } from '#simulator/world/action.ts';
import { frontButtons } from '#agent/hub/devices.ts';
import { anyKeys, choice, chosen, percent, percentOf, valuesOf, type Word } from './forms.ts';

/** What happens in the home, beside its accessories. */
export const homeWords: Readonly<Record<string, Word>> = {
  button: {
    schema: choice(frontButtons, 'A button of the hub itself is pressed.'),
    read: (value) => success({ word: 'button', name: chosen(frontButtons, value) }),
  },
  tag: {
    schema: Type.String({
      'x-tag': true,
      'x-right': "a tag's name, or unknown",
      description: 'A tag is held to the reader: one of the home by its name, or one that nobody knows (B9).',
    }),
    read: (value) => success({ word: 'tag', name: String(value) }),
  },
  away: {
    schema: choice(onOrOff, 'The client goes out, or comes home (B8.4).'),
    read: (value) => success({ word: 'away', is: chosen(onOrOff, value) }),
  },
  installer: {
    schema: choice(onOrOff, 'Installer mode, at the hub (B10).'),
    read: (value) => success({ word: 'installer', is: chosen(onOrOff, value) }),
  },
  mains: {
    schema: choice(onOrOff, 'The mains go, or come back (B6).'),
    read: (value) => success({ word: 'mains', is: chosen(onOrOff, value) }),
  },
  battery: {
    schema: anyKeys(
      {
        charge: percent('What it holds now.'),
        health: percent('What it can hold, of what it held when new.'),
        absent: Type.Boolean({ description: 'It is taken out, or put back.' }),
      },
      "The hub's own battery; any of the keys.",
    ),
    read: (value) => {
      const { charge, health, absent } = valuesOf(value);
      return success({
        word: 'battery',
        ...(charge === undefined ? {} : { chargePercent: percentOf(charge) }),
        ...(health === undefined ? {} : { healthPercent: percentOf(health) }),
        ...(typeof absent === 'boolean' ? { absent } : {}),
      });
    },
  },
};
