import { anything, array, assert, constantFrom, dictionary, letrec, oneof, property, record, string } from 'fast-check';
import { Check } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { type Configuration, readConfiguration } from './configuration.ts';
import { problemLimit, readDocument } from './document.ts';
import { configurationSchema } from './schema.ts';
import { schemaText } from './schemaFile.ts';

const least = { hub: 'hub-0001', centre: { primary: { url: 'mqtt://127.0.0.1:1883' } } };

const key = `${'A'.repeat(42)}A=`;
const withoutDefault =
  /tls|location|profile|pin|sms\.number|batteryInstalled|eceiver|voice$|accessories\[\]\.(id|hours|inactivity|supervise|cancel|area)|reserve|modem\.port|^\.(gnss|ups|reader|radar|front)\b/u;

/** The least configuration with some of its keys replaced. */
function withKeys(keys: Record<string, unknown>): unknown {
  return { ...least, ...keys };
}

function accessory(keys: Record<string, unknown>): unknown {
  return withKeys({ accessories: [{ name: 'pendant', kind: 'pendant', id: '002a0001', ...keys }] });
}

function problemsOf(value: unknown): { where: string; at: string; message: string }[] {
  const read = readConfiguration(value);
  if (read.ok) return [];
  return read.problem.map(({ path, at, message }) => ({ where: path.join('.'), at, message }));
}

describe('a configuration', () => {
  test('needs no more than who the hub is and where the centre is; the rest has defaults', () => {
    const whole: Partial<Configuration> = {
      hub: 'hub-0001',
      version: 1,
      centre: { primary: { url: 'mqtt://127.0.0.1:1883', keys: {} } },
      paths: {
        answerWithinMs: 10_000,
        rounds: 16,
        roundEveryMs: 30_000,
        thenEveryMs: 600_000,
        holdEveryMs: 10_000,
        holdAtMostMs: 1_800_000,
      },
      heartbeat: {
        intervalMs: 120_000,
        answerWithinMs: 30_000,
        unanswered: 3,
        probeEveryMs: 120_000,
        answersToReturn: 3,
        reportLossAfterMs: 60_000,
      },
      remote: { trialMs: 600_000 },
      radio: { port: '/dev/welfare-hub/radio' },
      accessories: [],
      journal: {
        file: '/var/lib/welfare-hub/journal.db',
        keepMs: 31_536_000_000,
        lookAgainMs: 600_000,
        limitBytes: 209_715_200,
      },
      log: { level: 'info' },
    };
    expect(readConfiguration(least)).toMatchObject({ ok: true, value: whole });
  });

  test('is taken as it is written where it says something', () => {
    const read = readConfiguration({
      hub: 'A',
      centre: {
        primary: {
          url: 'mqtts://centre.example',
          tls: { ca: 'ca.pem', certificate: 'hub.pem', key: 'hub.key' },
          keys: { '0a1b2c3d': key },
        },
        reserve: { url: 'mqtts://reserve.example', tls: { ca: 'reserve.pem' } },
      },
      paths: { answerWithin: '2s', rounds: 3, roundEvery: '1m', thenEvery: '1h30m', holdEvery: '5s', holdAtMost: '3m' },
      heartbeat: {
        interval: '1d',
        answerWithin: '5s',
        unanswered: 1,
        probeEvery: '1m',
        answersToReturn: 9,
        reportLossAfter: '0s',
      },
      radio: { port: '/dev/ttyUSB0' },
      accessories: [{ name: 'kitchen', kind: 'smoke', id: '002A0004', location: 'köket' }],
      journal: { file: 'journal.db' },
      log: { level: 'debug' },
    });
    expect(read).toMatchObject({
      ok: true,
      value: {
        hub: 'A',
        centre: {
          primary: {
            url: 'mqtts://centre.example',
            tls: { ca: 'ca.pem', certificate: 'hub.pem', key: 'hub.key' },
            keys: { '0a1b2c3d': key },
          },
          reserve: { url: 'mqtts://reserve.example', tls: { ca: 'reserve.pem' }, keys: {} },
        },
        paths: {
          answerWithinMs: 2_000,
          rounds: 3,
          roundEveryMs: 60_000,
          thenEveryMs: 5_400_000,
          holdEveryMs: 5_000,
          holdAtMostMs: 180_000,
        },
        heartbeat: {
          intervalMs: 86_400_000,
          answerWithinMs: 5_000,
          unanswered: 1,
          probeEveryMs: 60_000,
          answersToReturn: 9,
          reportLossAfterMs: 0,
        },
        radio: { port: '/dev/ttyUSB0' },
        accessories: [{ name: 'kitchen', kind: 'smoke', id: '002a0004', profile: 'F6-05-02', location: 'köket' }],
        journal: { file: 'journal.db' },
        log: { level: 'debug' },
      },
    });
  });
});

describe('a slip in a configuration is told with its place and what would be right', () => {
  test.each<[string, unknown, string, 'key' | 'value', string]>([
    [
      'a mistyped key',
      withKeys({ radio: { prot: '/dev/x' } }),
      'radio.prot',
      'key',
      'unknown key "prot" in radio; did you mean "port"?',
    ],
    ['a key from nowhere', withKeys({ zebra: 1 }), 'zebra', 'key', 'unknown key "zebra"; known are hub, centre, paths'],
    [
      'a missing key',
      { hub: 'A', centre: { primary: {} } },
      'centre.primary',
      'value',
      'centre.primary.url is missing; right would be mqtts://host:port',
    ],
    ['a missing section', { hub: 'A' }, '', 'value', 'centre is missing; right would be a map with the keys primary'],
    ['nothing at all', null, '', 'value', 'the configuration is empty; right would be a map with the keys hub, centre'],
    [
      'an empty section',
      withKeys({ radio: null }),
      'radio',
      'value',
      'radio is empty; right would be a map with the keys port',
    ],
    [
      'a number for a text',
      accessory({ id: 42 }),
      'accessories.0.id',
      'value',
      'accessories[1].id is the number 42; right would be the eight hex digits printed on it, in quotes; put it in quotes',
    ],
    [
      'an id too short',
      accessory({ id: '2a0001' }),
      'accessories.0.id',
      'value',
      'right would be the eight hex digits',
    ],
    [
      'everybody’s id',
      accessory({ id: 'FFFFFFFF' }),
      'accessories.0.id',
      'value',
      'right would be the eight hex digits',
    ],
    ['a kind from nowhere', accessory({ kind: 'pendent' }), 'accessories.0.kind', 'value', 'did you mean "pendant"?'],
    ['the name of the hub itself', accessory({ name: 'hub' }), 'accessories.0.name', 'value', 'and not hub'],
    [
      'a profile that cannot tell',
      accessory({ profile: 'F6-05-02' }),
      'accessories.0.profile',
      'value',
      'which a pendant does not speak; right would be F6-02-01',
    ],
    [
      'a location over the limit',
      accessory({ location: 'x'.repeat(33) }),
      'accessories.0.location',
      'value',
      '32 characters at most',
    ],
    ['a list for a map', withKeys({ log: [] }), 'log', 'value', 'log is a list; right would be a map'],
    [
      'a map for a list',
      withKeys({ accessories: {} }),
      'accessories',
      'value',
      'accessories is a map; right would be a list',
    ],
    [
      'a duration without unit',
      withKeys({ heartbeat: { interval: 120 } }),
      'heartbeat.interval',
      'value',
      'right would be a duration from 1s to 1d, written like',
    ],
    [
      'a duration out of range',
      withKeys({ heartbeat: { interval: '2d' } }),
      'heartbeat.interval',
      'value',
      'right would be a duration from 1s to 1d',
    ],
    [
      'a fraction',
      withKeys({ paths: { rounds: 1.5 } }),
      'paths.rounds',
      'value',
      'paths.rounds is the number 1.5; right would be a whole number from 1 to 1000',
    ],
    [
      'a relative port',
      withKeys({ radio: { port: 'ttyUSB0' } }),
      'radio.port',
      'value',
      'an absolute path such as /dev/ttyUSB0',
    ],
    [
      'a hub with a slash',
      withKeys({ hub: 'a/b' }),
      'hub',
      'value',
      'hub is "a/b"; right would be letters, digits and hyphens',
    ],
    ['a level from nowhere', withKeys({ log: { level: 'warning' } }), 'log.level', 'value', 'did you mean "warn"?'],
  ])('%s', (_, value, where, at, message) => {
    const problems = problemsOf(value);
    expect(problems).toEqual([{ where, at, message: expect.stringContaining(message) as string }]);
  });

  test('a name or an id that is there twice', () => {
    const twice = withKeys({
      accessories: [
        { name: 'pendant', kind: 'pendant', id: '002a0001' },
        { name: 'pendant', kind: 'pendant', id: '002A0001' },
      ],
    });
    expect(problemsOf(twice).map(({ message }) => message)).toEqual([
      'accessories[2].name is "pendant", and so is that of accessories[1]; each name once',
      'accessories[2].id is "002a0001", and so is that of accessories[1]; each id once',
    ]);
  });

  test('a password in the url, without showing it', () => {
    const [problem] = problemsOf(withKeys({ centre: { primary: { url: 'mqtt://user:secret@host' } } }));
    expect(problem?.message).toContain('holds a user name or password');
    expect(problem?.message).not.toContain('secret');
  });

  test('all of them at once, up to a limit', () => {
    const many = Object.fromEntries(Array.from({ length: problemLimit + 5 }, (_, index) => [`zebra${index}`, 1]));
    expect(problemsOf(withKeys({ hub: 7, log: { level: 7 } }))).toHaveLength(2);
    expect(problemsOf(withKeys(many))).toHaveLength(problemLimit);
  });

  test('an accessory more than a hub can have', () => {
    const some = (count: number) =>
      withKeys({
        accessories: Array.from({ length: count }, (_, index) => ({
          name: `p${index}`,
          kind: 'pendant',
          id: (0x2a0000 + index).toString(16).padStart(8, '0'),
        })),
      });
    expect(problemsOf(some(64))).toEqual([]);
    expect(problemsOf(some(65))).toHaveLength(1);
  });

  test('without a character that could steer the terminal it is shown on', () => {
    const [problem] = problemsOf(withKeys({ hub: '\u001b[2J\u009b\u202e' }));
    // oxlint-disable-next-line no-control-regex
    expect(problem?.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/u);
  });
});

describe('the schema that is shipped', () => {
  interface Node {
    description?: string;
    default?: unknown;
    properties?: Record<string, Node>;
    required?: string[];
    items?: Node;
  }

  const shipped = JSON.parse(schemaText(configurationSchema)) as Node;

  test('describes every key and gives its default, where it has one', () => {
    const lacking: string[] = [];
    const look = (node: Node, path: string): void => {
      for (const [key, child] of Object.entries(node.properties ?? {})) {
        const mayLack = node.required?.includes(key) === true || withoutDefault.test(`${path}.${key}`);
        if (child.description === undefined || (child.default === undefined && !mayLack))
          lacking.push(`${path}.${key}`);
        look(child, `${path}.${key}`);
      }
      if (node.items !== undefined) look(node.items, `${path}[]`);
    };
    look(shipped, '');
    expect(lacking).toEqual([]);
  });

  test('has none of the words that only our own reader knows', () => {
    expect(schemaText(configurationSchema)).not.toContain('"x-');
  });

  const sensible = letrec((tie) => ({
    document: record(
      {
        hub: oneof({ weight: 20, arbitrary: constantFrom('A', 'B-1') }, { weight: 1, arbitrary: anything() }),
        centre: record({ primary: tie('primary') }),
        paths: record(
          { rounds: constantFrom(1, 16, 1_000, 0, 1.5, '1'), answerWithin: constantFrom('1s', '8s', '10m', '1x', 1) },
          { requiredKeys: [] },
        ),
        accessories: array(tie('accessory'), { maxLength: 3 }),
        log: dictionary(constantFrom('level', 'level', 'levle'), constantFrom('info', 'warn', 'x'), { maxKeys: 2 }),
      },
      { requiredKeys: ['hub', 'centre'] },
    ),
    primary: record(
      {
        url: constantFrom('mqtt://a', 'mqtts://a:1', 'mqtt://b', 'a'),
        keys: dictionary(constantFrom('0a1b2c3d', 'x'), constantFrom(key, 'x')),
      },
      { requiredKeys: [] },
    ),
    accessory: record(
      {
        name: constantFrom('a', 'b', 'c-1', 'hub'),
        kind: constantFrom('pendant', 'smoke', 'epilepsy', 'x'),
        id: constantFrom('002a0001', '002A0002', 'FEEDBEEF', '00000000'),
        location: string({ minLength: 1, unit: 'grapheme-ascii' }),
      },
      { requiredKeys: ['name', 'kind'] },
    ),
  })).document;

  test('agrees with our own reader about what is right', () => {
    let right = 0;
    assert(
      property(sensible, (document) => {
        const valid = Check(configurationSchema, document);
        right += valid ? 1 : 0;
        expect(readDocument(configurationSchema, document).ok).toBe(valid);
      }),
      { numRuns: 2_000, seed: 1 },
    );
    expect(right).toBeGreaterThan(40);
  });

  test('never makes our own reader throw, whatever it is given', () => {
    assert(
      property(anything(), (value) => {
        expect(readConfiguration(value).ok).toBe(false);
      }),
    );
  });
});
