import { type Static, Type } from 'typebox';
import { bodyLimits, decoder, isObject } from './decode.ts';
import {
  hubId,
  instant,
  milliseconds,
  name,
  reference,
  referencePattern,
  scaipCode,
  text,
  version,
} from './identifiers.ts';

/** What kinds of reports there are (B16). */
export const reportKinds = [
  'alarm',
  'update',
  'test',
  'fault',
  'restore',
  'maintenance',
  'visit',
  'information',
] as const;

export type ReportKind = (typeof reportKinds)[number];

/** What a record takes of a GGA sentence; a longer one, or one with blanks, is left out: the alarm is not held up by it. */
const ggaLengthLimit = 100;
const ggaPattern = '^\\$[!-~]*$';

export function isGgaForRecord(gga: string): boolean {
  return gga.length <= ggaLengthLimit && new RegExp(ggaPattern, 'u').test(gga);
}

const position = Type.Object(
  {
    geo: Type.String({
      pattern: '^-?[0-9]{1,2}(\\.[0-9]{1,9})?,-?[0-9]{1,3}(\\.[0-9]{1,9})?$',
      description: 'Latitude and longitude in degrees, WGS 84.',
    }),
    tim: Type.Optional(instant('When the position was taken.')),
    gga: Type.Optional(
      Type.String({
        maxLength: ggaLengthLimit,
        pattern: ggaPattern,
        description: 'The NMEA GGA sentence, without line end.',
      }),
    ),
  },
  { description: 'Where it happened, from satellites.' },
);

const moment = (description = 'When it happened.') =>
  Type.Object(
    {
      boot: name('Names the run of the machine that monotonicMs counts in.'),
      monotonicMs: milliseconds('Milliseconds on the clock of that run, which never jumps.'),
      wall: instant('What the wall clock showed.'),
      trusted: Type.Boolean({ description: 'Whether the wall clock was set from a source worth believing (B12.2).' }),
    },
    { description },
  );

/** What was committed, in SCAIP's words. Its exact text is hashed and never changes (B1.6, B2.5). */
export const recordSchema = Type.Object(
  {
    v: version,
    hub: hubId,
    ref: reference,
    of: Type.Optional(
      Type.String({ pattern: referencePattern, description: "An update's alarm, by its reference (B1.3)." }),
    ),
    report: Type.Enum([...reportKinds], { description: 'What kind of report it is (B16).' }),
    from: name("The accessory's name, or `hub`."),
    dty: scaipCode('SCAIP device type.'),
    did: Type.Optional(name("SCAIP device id: the accessory's own number.")),
    stc: scaipCode('SCAIP status code.'),
    pri: Type.Integer({ minimum: 0, maximum: 9, description: 'Priority; 9 is the highest.' }),
    lco: Type.Optional(Type.Integer({ minimum: 0, maximum: 999, description: 'SCAIP location code.' })),
    lte: Type.Optional(text(32, 'Location, in words.')),
    lge: Type.Optional(position),
    presses: Type.Optional(Type.Integer({ minimum: 1, description: 'Presses so far, in an update (B1.3).' })),
    journalled: Type.Optional(
      Type.Literal(false, { description: 'Present when the journal failed and the alarm went out without it (B1.1).' }),
    ),
    verified: Type.Optional(
      Type.Literal(false, {
        description:
          'Present when what raised it did not prove its sender: the hub could not read the telegram, and raised the alarm all the same.',
      }),
    ),
    when: moment(),
    since: Type.Optional(moment('When it really began, where that was before it was reported (B7.5).')),
  },
  { title: 'Record', description: 'A report as it was committed. Carried as text, so that it can be hashed as it is.' },
);

export type ReportRecord = Static<typeof recordSchema>;

export const decodeRecord = decoder(recordSchema, 'record', bodyLimits.record);

/** The text of a record: made once, then committed, hashed and sent as it is. */
export function encodeRecord(record: ReportRecord): string {
  return JSON.stringify(record);
}

const wellFormedReference = new RegExp(referencePattern, 'u');

/** The reference in a record that could not be read otherwise, so that its refusal can name it; where there is one. */
export function referenceOf(recordText: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(recordText);
  } catch {
    return undefined;
  }
  const ref = isObject(value) ? value['ref'] : undefined;
  return typeof ref === 'string' && wellFormedReference.test(ref) ? ref : undefined;
}
