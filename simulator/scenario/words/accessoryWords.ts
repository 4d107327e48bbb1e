import { type TSchema, Type } from 'typebox';
import { success } from '#protocol/core/result.ts';
import { type AccessoryDeed, type AccessorySettings, accessoryDeeds } from '#simulator/world/action.ts';
import { accessoryName, anyOf, choice, map, percent, percentOf, type Values, valuesOf, type Word } from './forms.ts';
import type { AccessoryPlace } from './places.ts';

/** What can happen to an accessory by its word alone: whom it fits, and what it is. */
const deeds: Readonly<Record<AccessoryDeed, readonly [AccessoryPlace, string]>> = {
  press: ['button', "Presses a button of the accessory, and lets it go; a smoke detector's is its test button."],
  open: ['door', 'The door opens.'],
  close: ['door', 'The door closes.'],
  leave: ['bed', 'The client gets out of bed.'],
  enter: ['bed', 'The client lies down.'],
  'step-on': ['mat', 'Somebody steps on the mat, and off again.'],
  move: ['movement', 'Somebody moves.'],
  still: ['movement', 'Nobody moves any more.'],
  fall: ['fall', 'The client falls.'],
  smoke: ['smoke', 'The smoke detector smells smoke.'],
  clear: ['smoke', 'The smoke is gone.'],
  seizure: ['seizure', 'The client has a seizure.'],
  shout: ['shout', 'The client calls for help.'],
  sos: ['position', "The tracker's SOS button is pressed."],
};

const settings: Record<string, TSchema> = {
  battery: percent('What its battery holds from now on.'),
  silent: Type.Boolean({ description: 'It sends nothing from now on, or sends again.' }),
  tamper: Type.Boolean({ description: 'Its case is opened, or closed.' }),
  dbm: Type.Integer({ minimum: -120, maximum: 0, description: 'Its strength at the receiver in dBm, from now on.' }),
  repeat: Type.Integer({
    minimum: 1,
    maximum: 10,
    description: 'From now on each telegram arrives so often, within 100 ms (B1.2).',
  }),
};

const degrees = (most: number, description: string) => Type.Number({ minimum: -most, maximum: most, description });

export const accessoryWords: Readonly<Record<string, Word>> = {
  ...Object.fromEntries(accessoryDeeds.map((word) => [word, deedWord(word)])),
  position: {
    schema: map(
      {
        of: accessoryName('position', 'Which tracker.'),
        lat: degrees(90, 'Degrees to the north, WGS 84.'),
        lon: degrees(180, 'Degrees to the east, WGS 84.'),
      },
      'Where the tracker is from now on.',
    ),
    read: (value) => {
      const { of, lat, lon } = valuesOf(value);
      return success({ word: 'position', name: String(of), latitude: Number(lat), longitude: Number(lon) });
    },
  },
  stranger: {
    schema: choice(['press'], "The neighbour's pendant, which is not enrolled, is pressed (B1.4)."),
    read: () => success({ word: 'stranger', does: 'press' }),
  },
  accessory: {
    schema: map(
      { name: accessoryName('any', 'Which one.'), ...anyOf(settings) },
      'Changes an accessory, or how it is received; any of the keys.',
      { minProperties: 2 },
    ),
    read: (value) => {
      const values = valuesOf(value);
      return success({ word: 'accessory', name: String(values['name']), ...readSettings(values) });
    },
  },
};

function deedWord(word: AccessoryDeed): Word {
  const [place, description] = deeds[word];
  return { schema: accessoryName(place, description), read: (value) => success({ word, name: String(value) }) };
}

function readSettings({ battery, silent, tamper, dbm, repeat }: Values): AccessorySettings {
  return {
    ...(battery === undefined ? {} : { chargePercent: percentOf(battery) }),
    ...(typeof silent === 'boolean' ? { silent } : {}),
    ...(typeof tamper === 'boolean' ? { tamper } : {}),
    ...(typeof dbm === 'number' ? { dbm } : {}),
    ...(typeof repeat === 'number' ? { repeat } : {}),
  };
}
