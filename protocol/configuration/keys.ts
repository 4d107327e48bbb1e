import { Type } from 'typebox';
import { durationPattern, formatDuration } from '#protocol/core/duration.ts';

/**
 * What the sections of the configuration's schema are made of. Keywords with `x-` are for `readDocument`: what would be
 * right, in words, and the range of a duration; they are left out of the schema that is shipped.
 */

export function text(pattern: string, right: string, description: string, byDefault?: string) {
  const options = { pattern, 'x-right': right, description };
  return Type.String(byDefault === undefined ? options : { ...options, default: byDefault });
}

/** A file of the machine: a serial port, or a folder of the kernel's. */
export function pathText(example: string, description: string, byDefault?: string) {
  return text(
    '^/[^\\u0000-\\u001f\\u007f-\\u009f]{1,1023}$',
    `an absolute path such as ${example}`,
    description,
    byDefault,
  );
}

/** A text that no message shows. */
export function secret(pattern: string, right: string, description: string) {
  return Type.String({ pattern, 'x-right': right, 'x-secret': true, description });
}

export function duration(byDefault: string, leastMs: number, mostMs: number, description: string) {
  const range = `From ${formatDuration(leastMs)} to ${formatDuration(mostMs)}.`;
  return Type.Optional(
    Type.String({
      pattern: durationPattern,
      default: byDefault,
      description: `${description} ${range}`,
      'x-duration': { leastMs, mostMs },
    }),
  );
}

/** A duration that need not be given, and then has no value that could be written for all. */
export function durationWithoutDefault(leastMs: number, mostMs: number, description: string) {
  const range = `From ${formatDuration(leastMs)} to ${formatDuration(mostMs)}.`;
  return Type.Optional(
    Type.String({
      pattern: durationPattern,
      description: `${description} ${range}`,
      'x-duration': { leastMs, mostMs },
    }),
  );
}

/** A map that knows its keys. */
export function map<Properties extends Parameters<typeof Type.Object>[0]>(properties: Properties, description: string) {
  return Type.Object(properties, { additionalProperties: false, description });
}

/** A map that may be left out: then the defaults of its keys count. */
export function section<Properties extends Parameters<typeof Type.Object>[0]>(
  properties: Properties,
  description: string,
) {
  return Type.Optional(Type.Object(properties, { additionalProperties: false, default: {}, description }));
}

/** No control characters, so that a text can be shown as it is. */
export const printable = (length: number) => `^[^\\u0000-\\u001f\\u007f-\\u009f]{1,${length}}$`;
