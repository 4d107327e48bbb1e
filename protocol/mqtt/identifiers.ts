import { Type } from 'typebox';

/** The fields that several bodies share. Patterns hold what may stand in a topic, a log line and an SMS. */

/** A hub's or centre's id: a topic level and a certificate's common name, so neither wildcard nor slash fits in. */
export const idPattern = '^[A-Za-z0-9][A-Za-z0-9-]{0,31}$';

/** SCAIP's `ref`: new for each event, the same on every path (B2.5). */
export const referencePattern = '^[A-Za-z0-9]{1,16}$';

/** No control characters, so that a name can be printed as it is. */
const printablePattern = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$';

/** ISO 8601 in UTC, milliseconds optional. */
const instantPattern =
  '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$';

export const version = Type.Literal(1, { description: 'Version of this body. Any other is refused.' });

export const hubId = Type.String({ pattern: idPattern, description: "The hub's id, as in the topic." });

export const centreId = Type.String({ pattern: idPattern, description: "The centre's id, as in the topic." });

export const reference = Type.String({
  pattern: referencePattern,
  description: 'Reference of the report: new for each event, the same on every path and attempt (SCAIP ref).',
});

export const hash = Type.String({
  pattern: '^[0-9a-f]{64}$',
  description: "SHA-256 of the record's exact text in UTF-8, as 64 lower-case hexadecimal digits.",
});

export function instant(description: string) {
  return Type.String({ pattern: instantPattern, description: `${description} ISO 8601 in UTC.` });
}

/** Text for people, in Unicode code points as JSON Schema counts them. */
export function text(maxLength: number, description: string) {
  return Type.String({ maxLength, pattern: printablePattern, description });
}

export function name(description: string) {
  return Type.String({ minLength: 1, maxLength: 64, pattern: printablePattern, description });
}

/** A SCAIP code, compared as a number. */
export function scaipCode(description: string) {
  return Type.Integer({ minimum: 0, maximum: 9999, description });
}

export function count(description: string) {
  return Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });
}

/** A length of time in milliseconds; fractions are allowed. */
export function milliseconds(description: string) {
  return Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });
}

export const configurationVersion = count('Version of the configuration that runs (B11.1).');

export const firmwareVersion = text(64, 'Version of the software that runs.');
