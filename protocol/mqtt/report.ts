import { type Static, Type } from 'typebox';
import { bodyLimits, decoder } from './decode.ts';
import { instant, version } from './identifiers.ts';

/** The body of `up/report`: the immutable record in an envelope of what may change from one attempt to the next. */
export const reportSchema = Type.Object(
  {
    v: version,
    record: Type.String({
      minLength: 1,
      maxLength: bodyLimits.record,
      contentMediaType: 'application/json',
      contentSchema: { $ref: './record.json' },
      description: 'The exact text that was committed. The acknowledgement names its SHA-256.',
    }),
    attempt: Type.Integer({ minimum: 1, description: 'Counts the sendings of this record, over all paths.' }),
    path: Type.Enum(['primary', 'reserve'], { description: 'By which of the configured centres it goes (B2.2).' }),
    buffered: Type.Boolean({
      description: 'Whether no path was connected at the moment of the commit (B1.6). Never changes.',
    }),
    wall: Type.Optional(instant('When it happened, as corrected after the clock was set (B12.2).')),
  },
  { title: 'Report', description: 'A report on its way to the centre.' },
);

export type ReportEnvelope = Static<typeof reportSchema>;

/** Reads the envelope; the record within is read by `decodeRecord`, because it is hashed as it is. */
export const decodeReport = decoder(reportSchema, 'report', bodyLimits.report);

export function encodeReport(envelope: ReportEnvelope): string {
  return JSON.stringify(envelope);
}
