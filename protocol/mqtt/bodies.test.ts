import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeAnswer, encodeAnswer } from './acknowledgement.ts';
import { decodeCommand, decodeResult, encodeCommand, encodeResult } from './command.ts';
import { bodyLimits, type Decode } from './decode.ts';
import { decodeHeartbeat, encodeHeartbeat, type Heartbeat } from './heartbeat.ts';
import { messageLimit } from './problem.ts';
import { decodeRecord, encodeRecord, referenceOf, type ReportRecord } from './record.ts';
import { decodeReport, encodeReport } from './report.ts';
import { decodeCentreState, decodeHubState, encodeCentreState, encodeHubState } from './state.ts';

const record: ReportRecord = {
  v: 1,
  hub: 'hub-1',
  ref: 'A1',
  report: 'alarm',
  from: 'pendant',
  dty: 3,
  did: '002a0001',
  stc: 10,
  pri: 8,
  lte: 'kök',
  lge: { geo: '56.0465,12.6945', tim: '2026-01-15T11:00:00Z' },
  when: { boot: 'b1', monotonicMs: 12.5, wall: '2026-01-15T11:00:00.123Z', trusted: true },
};

const heartbeat: Heartbeat = {
  v: 1,
  hub: 'hub-1',
  sequence: 7,
  uptimeMs: 840_000,
  waiting: 0,
  configuration: 1,
  firmware: '0.1.0',
  power: 'mains',
  battery: { chargePercent: 98, hoursLeft: 71.5 },
  mobile: { access: '4G', signalDbm: -83, operator: 'Telia' },
};

const envelope = encodeReport({ v: 1, record: encodeRecord(record), attempt: 1, path: 'primary', buffered: false });
const acknowledgement = { v: 1 as const, hub: 'hub-1', ref: 'A1', hash: 'a'.repeat(64), snu: 0, mre: 1, cre: 61 };

const command = {
  v: 1,
  hub: 'hub-1',
  id: 'C7',
  counter: 7,
  name: 'configure',
  with: { configuration: { version: 2 } },
  expires: '2026-01-15T12:00:00Z',
} as const;

/** Every decoder with a good body of its own. */
const bodies: [string, Decode<unknown>, string, number][] = [
  ['record', decodeRecord, encodeRecord(record), bodyLimits.record],
  ['report', decodeReport, envelope, bodyLimits.report],
  ['heartbeat', decodeHeartbeat, encodeHeartbeat(heartbeat), bodyLimits.heartbeat],
  ['hub state', decodeHubState, encodeHubState({ v: 1, hub: 'hub-1', state: 'online' }), bodyLimits.state],
  ['centre state', decodeCentreState, encodeCentreState({ v: 1, centre: 'c', state: 'offline' }), bodyLimits.state],
  ['answer', decodeAnswer, encodeAnswer(acknowledgement), bodyLimits.acknowledgement],
  [
    'answer to a heartbeat',
    decodeAnswer,
    encodeAnswer({ v: 1, hub: 'hub-1', heartbeat: 7, snu: 0 }),
    bodyLimits.acknowledgement,
  ],
  ['command', decodeCommand, encodeCommand(command), bodyLimits.commandEnvelope],
  [
    'result',
    decodeResult,
    encodeResult({ v: 1, hub: 'hub-1', id: 'C7', name: 'configure', outcome: 'done' }),
    bodyLimits.commandEnvelope,
  ],
];

describe.each(bodies)('a %s', (_name, decode, good, limit) => {
  test('is read as it was written', () => {
    expect(decode(good)).toMatchObject({ ok: true });
  });

  test('may hold fields that nobody knows yet', () => {
    const more = JSON.stringify({ ...(JSON.parse(good) as object), colour: 'red', nested: { v: 2 } });
    expect(decode(more)).toMatchObject({ ok: true });
  });

  test.each([0, 2, '1', null, {}])('of version %j is refused', (v) => {
    const other = JSON.stringify({ ...(JSON.parse(good) as object), v });
    expect(decode(other)).toMatchObject({ ok: false, problem: { code: 'body/unknown-version' } });
  });

  test('is read up to its size limit and refused one character over it', () => {
    expect(decode(good.padEnd(limit))).toMatchObject({ ok: true });
    expect(decode(good.padEnd(limit + 1))).toMatchObject({ ok: false, problem: { code: 'body/too-long' } });
  });

  test('with half a surrogate pair is refused, because it has no UTF-8', () => {
    const broken = good.replace('}', ',"x":"\ud800"}');
    expect(decode(broken)).toMatchObject({ ok: false, problem: { code: 'body/not-text' } });
  });

  test('lacking a field that must be there is refused by the name of the field', () => {
    const messages = Object.keys(JSON.parse(good) as object).map((field) => {
      const rest = JSON.parse(good) as Record<string, unknown>;
      delete rest[field];
      const read = decode(JSON.stringify(rest));
      return read.ok || (read.problem.code === 'body/missing' && read.problem.message.includes(field));
    });
    expect(messages).not.toContain(false);
    expect(decode('{}')).toMatchObject({ ok: false, problem: { code: 'body/missing' } });
  });

  test('mutated anyhow is read or refused with a printable message, never thrown', () => {
    const at = fc.nat({ max: good.length - 1 });
    fc.assert(
      fc.property(at, fc.nat({ max: 8 }), fc.string({ unit: 'binary', maxLength: 8 }), (from, length, put) => {
        const read = decode(good.slice(0, from) + put + good.slice(from + length));
        expect(read.ok || isPrintable(read.problem.message)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('of any JSON or any text is read or refused with a printable message, never thrown', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json({ maxDepth: 4 }),
      fc
        .jsonValue()
        .map((value) =>
          JSON.stringify({ ...(JSON.parse(good) as object), v: 1, record: value, ack: value, command: value }),
        ),
      fc.constant('['.repeat(4_000)),
      fc.constant('{"__proto__":{"v":1},"v":1}'),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const read = decode(text);
        expect(read.ok || isPrintable(read.problem.message)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

/** What travels as text within a body, each with the decoder of what is around it. */
const within: [string, Decode<unknown>, 'ack' | 'command', object, number][] = [
  ['an acknowledgement in its envelope', decodeAnswer, 'ack', acknowledgement, 2_048],
  [
    'an answer to a heartbeat in its envelope',
    decodeAnswer,
    'ack',
    { v: 1, hub: 'hub-1', heartbeat: 7, snu: 0 },
    2_048,
  ],
  ['a command in its envelope', decodeCommand, 'command', command, bodyLimits.command],
];

describe.each(within)('%s', (_name, decode, field, content, limit) => {
  const good = JSON.stringify(content);
  const wrapped = (text: string): string => JSON.stringify({ v: 1, [field]: text });

  test('is read up to its size limit and refused one character over it', () => {
    expect(decode(wrapped(good.padEnd(limit)))).toMatchObject({ ok: true });
    expect(decode(wrapped(good.padEnd(limit + 1)))).toMatchObject({ ok: false });
  });

  test('mutated anyhow is read or refused with a printable message, never thrown', () => {
    const at = fc.nat({ max: good.length - 1 });
    fc.assert(
      fc.property(at, fc.nat({ max: 8 }), fc.string({ unit: 'binary', maxLength: 8 }), (from, length, put) => {
        const read = decode(wrapped(good.slice(0, from) + put + good.slice(from + length)));
        expect(read.ok || isPrintable(read.problem.message)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('with any one field of any other kind is read or refused by the name of the field, never thrown', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(content)), fc.jsonValue({ maxDepth: 3 }), (key, value) => {
        const read = decode(wrapped(JSON.stringify({ ...content, [key]: value })));
        expect(read.ok || (isPrintable(read.problem.message) && read.problem.message.includes(key))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('as deep as %s can be is refused, or what is deep in it is left alone, and never thrown', (_what, open, close) => {
    const depth = Math.floor((limit - good.length - 20) / (open.length + close.length));
    const deep = open.repeat(depth) + (open === '[' ? '' : '1') + close.repeat(depth);
    expect(decode(wrapped(deep))).toMatchObject({ ok: false });
    expect(decode(wrapped(good.replace('{', `{"deep":${deep},`)))).toMatchObject({ ok: true });
  });

  test('that says a thing twice counts as it was said last, by whoever reads it', () => {
    expect(decode(wrapped(good.replace('{', '{"hub":"+/#",')))).toMatchObject({ ok: true });
    const twice = decode(wrapped(good.replace(/\}$/u, ',"hub":"+/#"}')));
    expect(twice).toMatchObject({ ok: false, problem: { code: 'body/content' } });
  });
});

function isPrintable(message: string): boolean {
  return message.length > 0 && message.length <= messageLimit && /^[ -~]+$/.test(message);
}

describe('a problem', () => {
  test('says where, what was found and what would be right', () => {
    const read = decodeRecord(encodeRecord({ ...record, when: { ...record.when, wall: 'yesterday' } }));
    expect(read).toMatchObject({ ok: false, problem: { code: 'body/content' } });
    expect(read.ok ? '' : read.problem.message).toMatch(
      /^record, at \/when\/wall: a text of 9 characters must match pattern/,
    );
  });

  test('lists the words that would be right', () => {
    const read = decodeRecord(encodeRecord({ ...record, report: 'alert' as 'alarm' }));
    expect(read.ok ? '' : read.problem.message).toContain('alarm, update, test, fault');
  });
});

describe('a record', () => {
  test.each<[string, Partial<Record<keyof ReportRecord, unknown>>]>([
    ['a reference of 17 characters', { ref: 'A'.repeat(17) }],
    ['an empty reference', { ref: '' }],
    ['a reference with a dash', { ref: 'A-1' }],
    ['a hub with a wildcard', { hub: '+' }],
    ['a code written as text', { stc: '10' }],
    ['a priority of 10', { pri: 10 }],
    ['a location of 33 characters', { lte: 'x'.repeat(33) }],
    ['an escape sequence in a name', { from: '\u001b[2J' }],
    ['a position in words', { lge: { geo: 'here' } }],
    ['journalled: true, which is never written', { journalled: true }],
    ['no presses', { presses: 0 }],
  ])('with %s is refused', (_what, change) => {
    expect(decodeRecord(JSON.stringify({ ...record, ...change }))).toMatchObject({
      ok: false,
      problem: { code: 'body/content' },
    });
  });

  test('may have a location of 32 characters, counted as people count letters of the alphabet', () => {
    expect(decodeRecord(encodeRecord({ ...record, lte: 'ö'.repeat(32) }))).toMatchObject({ ok: true });
  });

  test('that cannot be read still gives its reference, so that its refusal can name it', () => {
    expect(referenceOf(JSON.stringify({ ref: 'A1', v: 9 }))).toBe('A1');
    expect(referenceOf(JSON.stringify({ ref: '+/#' }))).toBeUndefined();
    expect(referenceOf('null')).toBeUndefined();
    expect(referenceOf('{"ref":')).toBeUndefined();
  });
});

describe('an answer', () => {
  test('that names a reference is an acknowledgement, even when it names a heartbeat too', () => {
    const ack = JSON.stringify({ ...acknowledgement, heartbeat: 7 });
    expect(decodeAnswer(JSON.stringify({ v: 1, ack }))).toMatchObject({ ok: true, value: { kind: 'acknowledgement' } });
  });

  test('to a heartbeat gives its sequence', () => {
    const read = decodeAnswer(encodeAnswer({ v: 1, hub: 'hub-1', heartbeat: 7, snu: 0, hbi: 5 }));
    expect(read).toMatchObject({ ok: true, value: { kind: 'heartbeat', answer: { heartbeat: 7, hbi: 5 } } });
  });

  test('within a good envelope but itself no JSON is refused', () => {
    expect(decodeAnswer('{"v":1,"ack":"{"}')).toMatchObject({ ok: false, problem: { code: 'body/not-json' } });
  });
});
