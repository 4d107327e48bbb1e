import { type TSchema, Type } from 'typebox';
import { configurationSchema } from '#protocol/configuration/schema.ts';
import { durationPattern } from '#protocol/core/duration.ts';

/**
 * The language of scenarios, word by word. A word that cannot be performed yet is not in here, so that it is answered
 * with its place and the nearest right one and never passed over in silence. Keywords with `x-` are for our own reader
 * (`document.ts`) and are left out of the schema that is shipped.
 */

const printable = '^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]+$';

function text(pattern: string, right: string, description: string) {
  return Type.String({ pattern, 'x-right': right, description });
}

function duration(description: string, options: object = {}) {
  return Type.String({
    pattern: durationPattern,
    'x-right': 'a duration, written like 500ms, 8s, 1h30m or 3d',
    'x-duration': true,
    description,
    ...options,
  });
}

function words(list: readonly string[], description: string) {
  return Type.Enum([...list], { description });
}

function map(properties: Record<string, TSchema>, description: string, options: object = {}) {
  return Type.Object(properties, { additionalProperties: false, description, ...options });
}

/** Any of its keys, or none. */
function options(properties: Record<string, TSchema>, description: string, more: object = {}) {
  const optional = Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, Type.Optional(schema)]));
  return map(optional, description, { minProperties: 1, ...more });
}

const accessoryName = (description: string, kind: 'button' | 'smoke' | 'any') =>
  Type.String({ 'x-accessory': kind, 'x-right': "an accessory's name", description });

/** What a report can be that arrives at a centre today (B16). */
export const reportKinds = ['alarm', 'update', 'fault', 'restore', 'heartbeat'] as const;

export const journalKinds = ['report', 'acknowledged', 'superseded', 'started', 'stopped', 'fault', 'restore'] as const;

/** What is logged below info does not become an event. */
export const logLevels = ['info', 'warn', 'error'] as const;

/** The keys of what can be looked for. */
const lookedFor = {
  report: words(reportKinds, 'A report that arrives at a centre, whatever the answer. Repeats of one are one.'),
  from: Type.String({
    'x-accessory': 'any-or-hub',
    'x-right': "an accessory's name, or hub",
    description: 'Who reports: an accessory, or hub.',
  }),
  status: Type.Integer({ minimum: 0, maximum: 999, description: "SCAIP's status code, without leading zeros." }),
  priority: Type.Integer({ minimum: 0, maximum: 9, description: '9 is the highest (B16).' }),
  at: words(['primary'], 'The centre at which it arrives.'),
  buffered: Type.Boolean({ description: 'Whether no path was connected at the moment of its commit (B1.6).' }),
  journal: words(journalKinds, 'An entry of the journal, by its kind.'),
  log: words(logLevels, 'A line of the log, by its level.'),
};

const lookedForMap = options(lookedFor, 'What is looked for: report, journal or log, and what is to be true of it.');

const number = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000, description }));

const expectation = options(
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
    state: options(
      {
        link: words(['up', 'down'], 'Whether the link to the outside is there.'),
        path: words(['primary', 'none'], 'The path in use.'),
        waiting: Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Reports not yet acknowledged.' }),
      },
      'What is true of the hub; it may become true within the time given.',
    ),
  },
  'Becomes true within the time given, looked for from the last match, action, wait or never on.',
);

const anyOf = (description: string, ...schemas: TSchema[]) => Type.Union(schemas, { description });

const percent = (description: string) =>
  text('^(100|[1-9]?[0-9])%$', 'a share from 0% to 100%, such as 30%', description);

/** The words that do something to the world, each an action that takes no time of its own. */
export const actionWords = {
  press: accessoryName('Presses a button of the accessory, and lets it go.', 'button'),
  smoke: accessoryName('The smoke detector smells smoke.', 'smoke'),
  clear: accessoryName('The smoke is gone.', 'smoke'),
  stranger: words(['press'], "The neighbour's pendant, which is not enrolled, is pressed (B1.4)."),
  accessory: map(
    {
      name: accessoryName('Which one.', 'any'),
      silent: Type.Optional(Type.Boolean({ description: 'It sends nothing from now on, or sends again.' })),
      dbm: Type.Optional(
        Type.Integer({ minimum: -120, maximum: 0, description: 'Its strength at the receiver in dBm, from now on.' }),
      ),
      repeat: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 10, description: 'From now on each telegram arrives so often (B1.2).' }),
      ),
    },
    'Changes how an accessory is received.',
    { minProperties: 2 },
  ),
  link: anyOf(
    "The hub's way out: gone, back, or bad.",
    words(['down', 'up'], 'The data bearer drops, or comes back.'),
    options(
      {
        loss: percent('The share of messages that get lost.'),
        delay: duration('Each message is on its way for so long.'),
        rate: text('^[1-9][0-9]{0,6}(k|M)?bit$', 'a rate such as 2kbit', 'So many bits a second get through.'),
      },
      'The link is up, and bad.',
    ),
  ),
  broker: words(['stop', 'start', 'restart'], "The centre's MQTT broker."),
  centre: words(
    ['answers', 'silent', 'hold', 'busy', 'not-treated', 'offline', 'online'],
    'How the centre answers from now on. hold, busy and not-treated are answers to reports only; silent answers nothing.',
  ),
  hub: anyOf(
    'What befalls the hub; it starts by itself after 5 s, 5 s, 30 s or the time given.',
    words(['crash', 'restart', 'power-cut'], 'Killed, ended in order, or without power.'),
    map({ 'power-cut': duration('The power is back after this.') }, 'The power is gone for so long.'),
  ),
  bytes: map(
    {
      to: words(['radio'], 'The line.'),
      hex: text('^\\s*([0-9a-fA-F]{2}\\s*)+$', 'bytes in hex, such as "55 00 07"', 'The bytes.'),
    },
    'Bytes reach the hub as if the device had sent them.',
  ),
  unplug: words(['radio'], 'The device is pulled out.'),
  plug: words(['radio'], 'The device is put back.'),
  clock: anyOf(
    "The hub's wall clock.",
    words(['unset'], 'It is not set, and says so.'),
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
} as const satisfies Record<string, TSchema>;

/** The words that let time pass or look. */
const checkWords = {
  wait: duration('Lets time pass.'),
  expect: expectation,
  never: lookedForMap,
};

/** What may stand beside a word. */
const besides = {
  at: duration('First waits until this time of the scenario.'),
  within: duration('Beside expect: until so long from now; 10s without it.'),
  for: duration('Beside never: it is watched for so long.'),
};

export const stepWords: readonly string[] = [...Object.keys(actionWords), ...Object.keys(checkWords)];

const step = options({ ...actionWords, ...checkWords, ...besides }, 'One action or one check, done in order.', {
  oneOf: stepWords.map((word) => ({ required: [word] })),
});

export const scenarioSchema = map(
  {
    scenario: text(printable, 'a sentence', 'What happens, in a sentence.'),
    about: Type.Optional(text(printable, 'a text', 'What it shows, and why it matters.')),
    covers: Type.Optional(
      Type.Array(text('^[BH][1-9][0-9]?(\\.[1-9][0-9]?)?$', 'a rule such as B2.3 or H12', 'A rule.'), {
        maxItems: 50,
        description: 'The rules that it shows to be kept.',
      }),
    ),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 4_294_967_295,
        default: 1,
        description: 'Decides offsets, jitter and noise. The same seed gives the same trace.',
      }),
    ),
    start: Type.Optional(
      Type.String({
        pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2})?$',
        'x-right': 'a local time such as 2026-01-15T12:00',
        default: '2026-01-15T12:00',
        description: 'Local time at time 0.',
      }),
    ),
    timezone: Type.Optional(
      Type.String({
        pattern: printable,
        'x-right': 'a time zone such as Europe/Stockholm',
        default: 'Europe/Stockholm',
        description: 'The time zone of the home.',
      }),
    ),
    hub: Type.Optional(hubLayer()),
    steps: Type.Array(step, { minItems: 1, maxItems: 10_000, description: 'What happens and what is to be seen.' }),
  },
  'A story of a home, its hub and its centre.',
  { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'scenario.yaml' },
);

/** The configuration's own schema, with nothing required: what is left out is as usual. */
function hubLayer(): TSchema {
  const { hub: _id, centre: _centre, journal: _journal, radio: _radio, ...sections } = configurationSchema.properties;
  const properties: unknown = JSON.parse(JSON.stringify(sections), function (key, value: unknown) {
    return key === 'default' || key === 'required' ? undefined : value;
  });
  return Type.Unsafe({
    type: 'object',
    properties,
    additionalProperties: false,
    'x-elsewhere': true,
    description: 'Laid over the usual configuration: maps key by key, accessories by their names.',
  });
}

/** The schema as it is shipped, for editors. */
export function scenarioSchemaText(): string {
  const whole = JSON.stringify(scenarioSchema, (key, value: unknown) => (key.startsWith('x-') ? undefined : value), 2);
  return `${whole}\n`;
}
