import {
  type Arbitrary,
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  option,
  property,
  record,
  string,
  tuple,
  uint8Array,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Address, addressDigitsLimit, addressNameLimit, addressOf, writtenAddress } from './address.ts';
import { decodeGsm7, encodeGsm7 } from './gsm7.ts';
import { partsLimit } from './header.ts';
import { contentsOf } from './parts.ts';
import { decodePdu, encodePdu, fateOf, lengthOf, type Pdu, type Submit } from './pdu.ts';
import { packSeptets, unpackSeptets } from './septets.ts';
import { type TimeStamp, zoneQuartersLimit } from './timeStamp.ts';
import { type Content, userDataLimit } from './userData.ts';
import { relativeMinutes, relativeValue, validityLimitMinutes } from './validity.ts';

const letters = '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà\f^{}\\[~]|€';
const gsm7 = string({ unit: constantFrom(...Array.from(letters)) });
const digits = string({
  unit: constantFrom(...Array.from('0123456789*#')),
  minLength: 1,
  maxLength: addressDigitsLimit,
});
const addresses = oneof(
  record({ kind: constantFrom('international', 'national', 'unknown'), text: digits }),
  record({
    kind: constant('name'),
    text: string({ unit: constantFrom(...Array.from('Helsingbor')), minLength: 1, maxLength: addressNameLimit }),
  }),
) as unknown as Arbitrary<Address>;
const times = record({
  wallMs: integer({ min: Date.UTC(1971, 0, 1) / 1_000, max: Date.UTC(2069, 0, 1) / 1_000 }).map(
    (seconds) => seconds * 1_000,
  ),
  zoneQuarters: integer({ min: -zoneQuartersLimit, max: zoneQuartersLimit }),
}) as unknown as Arbitrary<TimeStamp>;
const parts = tuple(boolean(), integer({ min: 0, max: 255 }), integer({ min: 1, max: partsLimit })).chain(
  ([isWide, reference, total]) =>
    integer({ min: 1, max: total }).map((number) => ({
      isWide,
      reference: isWide ? reference * 257 : reference,
      number,
      total,
    })),
);
const contents = record(
  {
    content: oneof(
      string({ unit: constantFrom(...Array.from(letters)), maxLength: 76 }).map((text) => ({
        alphabet: 'gsm7' as const,
        text,
      })),
      string({ maxLength: 66 }).map((text) => ({ alphabet: 'ucs2' as const, text })),
      uint8Array({ maxLength: 133 }).map((bytes) => ({ alphabet: 'data' as const, bytes })),
    ),
    part: parts,
    messageClass: constantFrom(0, 1, 2, 3),
  },
  { requiredKeys: ['content'] },
) as unknown as Arbitrary<Content>;
const centres = record(
  { serviceCentre: record({ kind: constant('international'), text: digits }) },
  { requiredKeys: [] },
);
const bytes = integer({ min: 0, max: 255 });
const pdus = oneof(
  tuple(centres, contents, record({ type: constant('deliver'), from: addresses, at: times })),
  tuple(
    centres,
    contents,
    record(
      {
        type: constant('submit'),
        reference: bytes,
        to: addresses,
        wantsReport: boolean(),
        validity: oneof(
          bytes.map((value) => ({ kind: 'relative', minutes: relativeMinutes(value) })),
          times.map((until) => ({ kind: 'absolute', until })),
          uint8Array({ minLength: 7, maxLength: 7 }).map((bytes) => ({ kind: 'enhanced', bytes })),
        ),
      },
      { requiredKeys: ['type', 'reference', 'to', 'wantsReport'] },
    ),
  ),
  tuple(
    centres,
    record({}),
    record({
      type: constant('status-report'),
      reference: bytes,
      to: addresses,
      sentAt: times,
      doneAt: times,
      status: bytes,
    }),
  ),
).map((fields) => Object.assign({}, ...fields) as Pdu);

const press: Submit = {
  type: 'submit',
  reference: 0,
  to: { kind: 'international', text: '46700000001' },
  wantsReport: true,
  content: { alphabet: 'gsm7', text: 'H1' },
};

describe('a short message', () => {
  test('of any kind is read as it was written, and its length is that without the service centre', () => {
    assert(
      property(pdus, (pdu) => {
        const encoded = encodePdu(pdu);
        if (!encoded.ok) throw new Error(encoded.problem.message);
        expect(decodePdu(encoded.value.hex)).toEqual({ ok: true, value: pdu });
        expect(lengthOf(encoded.value.hex)).toBe(encoded.value.length);
      }),
      { numRuns: 1_000 },
    );
  });

  test('that is changed, cut or nonsense is read or refused, never thrown', () => {
    assert(
      property(pdus, integer({ min: 0 }), bytes, boolean(), (pdu, where, value, isCut) => {
        const encoded = encodePdu(pdu);
        if (!encoded.ok) throw new Error(encoded.problem.message);
        const { hex } = encoded.value;
        const at = (where % (hex.length / 2)) * 2;
        const rest = isCut ? '' : value.toString(16).padStart(2, '0') + hex.slice(at + 2);
        expect(decodePdu(hex.slice(0, at) + rest)).toHaveProperty('ok');
      }),
      { numRuns: 2_000 },
    );
    assert(property(uint8Array({ maxLength: 200 }), (noise) => void decodePdu(Buffer.from(noise).toString('hex'))));
    assert(property(string(), (text) => void decodePdu(text)));
  });

  test.each([
    ['', 'no-hex'],
    ['0', 'no-hex'],
    ['0011000B91640728155', 'no-hex'],
    ['00'.repeat(177), 'too-long'],
    ['0011000B9164', 'too-short'],
    ['0003', 'unknown-type'],
    // An address of 21 digits.
    ['00110015910000000000000000000000AA0AE8329BFD4697D9EC37', 'bad-address'],
    ['0011000B916407281553F80000AA0AE8329BFD4697D9EC3700', 'surplus'],
    ['0011000B916407281553F80008AA03004100', 'bad-text'],
    // The 31st of February.
    ['00040B916407281553F8000020201300000000000', 'no-hex'],
    ['00040B916407281553F800002020130000000000', 'bad-time'],
    // A header that claims to be longer than all there is.
    ['0051000B916407281553F80000AA0509FFFFFFFF', 'bad-header'],
    ['0011000B916407281553F80000AAA1', 'too-long'],
  ])('that is none is told why: %s', (hex, code) => {
    expect(decodePdu(hex)).toMatchObject({ ok: false, problem: { code } });
  });

  test.each<[Partial<Submit>, string]>([
    [{ reference: 256 }, 'bad-value'],
    [{ to: { kind: 'unknown', text: '' } }, 'bad-address'],
    [{ to: { kind: 'unknown', text: '1'.repeat(addressDigitsLimit + 1) } }, 'bad-address'],
    [{ to: { kind: 'name', text: 'x'.repeat(addressNameLimit + 1) } }, 'bad-address'],
    [{ content: { alphabet: 'gsm7', text: '中' } }, 'bad-text'],
    [{ content: { alphabet: 'gsm7', text: 'x'.repeat(161) } }, 'too-long'],
    [{ content: { alphabet: 'ucs2', text: 'x'.repeat(71) } }, 'too-long'],
    [{ content: { alphabet: 'data', bytes: new Uint8Array(userDataLimit + 1) } }, 'too-long'],
    [{ part: { reference: 1, isWide: false, number: 3, total: 2 } }, 'bad-value'],
    [{ part: { reference: 256, isWide: false, number: 1, total: 2 } }, 'bad-value'],
  ])('that cannot be written is refused: %j', (change, code) => {
    expect(encodePdu({ ...press, ...change })).toMatchObject({ ok: false, problem: { code } });
  });

  test('holds 160 characters of GSM-7 or 70 of UCS-2', () => {
    expect(encodePdu({ ...press, content: { alphabet: 'gsm7', text: 'x'.repeat(160) } }).ok).toBe(true);
    expect(encodePdu({ ...press, content: { alphabet: 'ucs2', text: 'å'.repeat(70) } }).ok).toBe(true);
  });

  test.each([
    [0x00, 'delivered'],
    [0x1f, 'delivered'],
    [0x20, 'pending'],
    [0x3f, 'pending'],
    [0x40, 'lost'],
    [0xff, 'lost'],
  ])('has a report whose status %i means %s', (status, fate) => {
    expect(fateOf(status)).toBe(fate);
  });
});

describe('a text', () => {
  const numbering = { reference: 7, isWide: false };

  function texts(text: string, isWide = false): string[] {
    const made = contentsOf(text, { ...numbering, isWide });
    if (!made.ok) throw new Error(made.problem.message);
    return made.value.map(({ content }) => (content.alphabet === 'data' ? '' : content.text));
  }

  test('of any length comes together again from its parts, and each of them fits a message', () => {
    assert(
      property(oneof(gsm7, string({ unit: 'binary', maxLength: 400 })), boolean(), (text, isWide) => {
        const made = contentsOf(text, { ...numbering, isWide });
        if (!made.ok) throw new Error(made.problem.message);
        expect(texts(text, isWide).join('')).toBe(text);
        for (const content of made.value) expect(encodePdu({ ...press, ...content }).ok).toBe(true);
      }),
    );
  });

  test.each([
    ['x'.repeat(160), false, [160]],
    ['x'.repeat(161), false, [153, 8]],
    ['x'.repeat(161), true, [152, 9]],
    ['中'.repeat(70), false, [70]],
    ['中'.repeat(71), false, [67, 4]],
    ['中'.repeat(71), true, [66, 5]],
    // Neither the two places of a euro nor the two halves of an emoji are torn apart.
    [`${'x'.repeat(152)}€${'x'.repeat(8)}`, false, [152, 9]],
    [`${'中'.repeat(66)}😀${'中'.repeat(4)}`, false, [66, 6]],
    ['', false, [0]],
  ])('is cut where the standard has it: %#', (text, isWide, lengths) => {
    expect(texts(text, isWide).map(({ length }) => length)).toEqual(lengths);
  });

  test(`has ${partsLimit} parts at most`, () => {
    expect(texts('x'.repeat(153 * partsLimit))).toHaveLength(partsLimit);
    expect(contentsOf('x'.repeat(153 * partsLimit + 1), numbering)).toMatchObject({
      ok: false,
      problem: { code: 'too-long' },
    });
  });

  test('in GSM-7 is read as it was written, those of the extension table by two', () => {
    assert(property(gsm7, (text) => decodeGsm7(encodeGsm7(text) ?? []) === text));
    expect(encodeGsm7('€')).toEqual([0x1b, 0x65]);
    expect(encodeGsm7('\u001b')).toBeUndefined();
    expect([decodeGsm7([0x1b, 0x41]), decodeGsm7([0x1b]), decodeGsm7([0x1b, 0x1b, 0x41])]).toEqual(['A', ' ', ' A']);
  });
});

test('septets are packed and unpacked the same behind any number of filling bits', () => {
  assert(
    property(array(integer({ min: 0, max: 127 })), integer({ min: 0, max: 6 }), (septets, fillBits) => {
      expect(unpackSeptets(packSeptets(septets, fillBits), septets.length, fillBits)).toEqual(septets);
    }),
  );
});

test('a validity lasts as long as was asked for, or the next longer one that there is', () => {
  assert(
    property(option(integer({ min: 0, max: validityLimitMinutes })), (asked) => {
      const value = relativeValue(asked ?? 0);
      expect(relativeMinutes(value)).toBeGreaterThanOrEqual(asked ?? 0);
      expect(value === 0 ? -1 : relativeMinutes(value - 1)).toBeLessThan(asked ?? 0);
    }),
  );
  expect([0, 143, 144, 167, 168, 196, 197, 255].map(relativeMinutes)).toEqual([
    5, 720, 750, 1_440, 2_880, 43_200, 50_400, 635_040,
  ]);
  expect(relativeValue(validityLimitMinutes + 1)).toBe(255);
});

test.each([
  ['+46701740605', 'international'],
  ['0701740605', 'unknown'],
  ['*100#', 'unknown'],
  ['Helsingborg', 'name'],
])('a number is written as people write it: %s', (text, kind) => {
  expect(addressOf(text).kind).toBe(kind);
  expect(writtenAddress(addressOf(text))).toBe(text);
});
