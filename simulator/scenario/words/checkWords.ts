import { type TSchema, Type } from 'typebox';
import { lights, sounds } from '#agent/hub/devices.ts';
import { noteKinds } from '#agent/hub/ports.ts';
import { reportKinds as recordKinds } from '#protocol/mqtt/record.ts';
import { centreNames, onOrOff } from '#simulator/world/action.ts';
import { callStages } from '#simulator/world/world.ts';
import { anyKeys, choice, duration, percent, text } from './forms.ts';

/** What a report can be that arrives at a centre (B16). */
export const reportKinds = [...recordKinds, 'heartbeat'] as const;

export const journalKinds = ['report', 'acknowledged', 'superseded', ...noteKinds] as const;

/** What is logged below info does not become an event. */
export const logLevels = ['info', 'warn', 'error'] as const;

/** Where a report can arrive; `sms` is the modem's way. */
export const arrivalPlaces = [...centreNames, 'sms'] as const;

/** What can be true of a report. */
const reportKeys = {
  report: choice(reportKinds, 'A report that arrives at a centre, whatever the answer. Repeats of one are one.'),
  from: Type.String({
    'x-accessory': 'reporter',
    'x-right': "an accessory's name, a tag's, or hub",
    description: 'Who reports: an accessory, the tag of a visit, or hub.',
  }),
  status: Type.Integer({ minimum: 0, maximum: 999, description: "SCAIP's status code, without leading zeros." }),
  location: Type.Integer({ minimum: 0, maximum: 999, description: "SCAIP's location code, without leading zeros." }),
  priority: Type.Integer({ minimum: 0, maximum: 9, description: '9 is the highest (B16).' }),
  at: choice(arrivalPlaces, 'Where it arrives, be it again; with sms: a short message carries it.'),
  buffered: Type.Boolean({ description: 'Whether no path was connected at the moment of its commit (B1.6).' }),
  verified: Type.Boolean({ description: 'Whether what raised it has proved its sender.' }),
};

/** What a heartbeat says of the hub (B4.2). */
const heartbeatKeys = anyKeys(
  {
    power: choice(['mains', 'battery'], 'What the hub runs on.'),
    charge: percent('The charge of its battery, rounded.'),
    access: choice(['none', '2G', '3G', '4G'], 'The radio access of its modem.'),
    signal: text('^-[0-9]{1,3}dBm$', 'a strength such as -83dBm', "The modem's signal."),
    waiting: Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Reports not yet acknowledged.' }),
    missed: Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Beats that could not go out before it.' }),
    configuration: Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: 'The version in force.' }),
  },
  'Beside report: heartbeat, what it says of the hub; any of the keys.',
);

export const reportWords: readonly string[] = [...Object.keys(reportKeys), 'tells'];

/** What else happens; each is looked for alone. */
const otherKeys = {
  voice: choice(callStages, 'A call between the hub and somebody comes to this (B3).'),
  sms: Type.String({
    minLength: 1,
    'x-pattern': true,
    'x-right': 'a regular expression, such as "^H1 .* 10 "',
    description: 'The hub sends a short message in whose text this regular expression is found.',
  }),
  light: choice(lights, 'The hub shows this light.'),
  sound: choice(sounds, 'The hub plays this sound.'),
  journal: choice(journalKinds, 'An entry of the journal, by its kind (B13).'),
  log: choice(logLevels, 'A line of the log, by its level.'),
};

export const otherWords: readonly string[] = Object.keys(otherKeys);

const lookedFor = { ...reportKeys, tells: heartbeatKeys, ...otherKeys };

const lookedForMap = anyKeys(
  lookedFor,
  `What is looked for: a report and what is to be true of it, or one of ${otherWords.join(', ')}.`,
);

/** What can be true of the world at a moment. */
const stateKeys: Readonly<Record<string, TSchema>> = {
  power: choice(['mains', 'battery'], 'What the hub lives on.'),
  charge: percent("The battery's charge, rounded."),
  link: choice(['up', 'down'], 'Whether the link to the outside is there.'),
  registration: choice(['none', 'searching', 'denied', 'home', 'roaming'], 'How the modem stands with its network.'),
  sim: choice(['unknown', 'absent', 'pin-required', 'puk-required', 'ready'], 'What the SIM says.'),
  pinAttempts: Type.Integer({ minimum: 0, maximum: 1_000, description: 'Wrong PINs given since time 0.' }),
  path: choice([...centreNames, 'none'], 'The path in use, as the hub sees it.'),
  visit: choice(['none', 'open'], 'Whether staff are there (B9).'),
  waiting: Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Reports not yet acknowledged.' }),
  mode: choice(['in-service', 'installer', 'enrolling', 'ended'], 'What the hub is doing.'),
  away: choice(onOrOff, 'Whether the client is out (B8.4).'),
  configuration: Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: 'The version in force (B11).' }),
};

const number = (description: string) => Type.Integer({ minimum: 0, maximum: 1_000_000_000, description });

const expectation = anyKeys(
  {
    ...lookedFor,
    count: lookedForMap,
    equals: number('The count is this.'),
    'at-least': number('The count is this or more.'),
    'at-most': number('The count is this or less.'),
    between: Type.Array(duration('A time of the scenario.'), {
      minItems: 2,
      maxItems: 2,
      description: 'Count from here to there, both included; from time 0 to now otherwise.',
    }),
    state: anyKeys(stateKeys, 'What is true of the world; it may become true within the time given.'),
  },
  'Becomes true within the time given, looked for from the last match, wait, never, or the last actions (those right behind one another are one moment) on.',
);

/** The words that let time pass or look. */
export const checkWords: Readonly<Record<string, TSchema>> = {
  wait: duration('Lets time pass.'),
  expect: expectation,
  never: lookedForMap,
};
