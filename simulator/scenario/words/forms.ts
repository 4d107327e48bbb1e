import { type TSchema, Type } from 'typebox';
import { durationPattern, parseDuration } from '#protocol/core/duration.ts';
import type { Result } from '#protocol/core/result.ts';
import type { Action } from '#simulator/world/world.ts';
import type { AccessoryPlace } from './places.ts';

/**
 * What the words of the language are made of. Keywords with `x-` are for our own reader (document.ts) and are left out of
 * the schema that is shipped.
 */

/** A word that does something: what may stand behind it, and what it then does. */
export interface Word {
  schema: TSchema;
  /** Reads what has passed the schema. What only sense can find wrong is the problem. */
  read(value: unknown): Result<Action, string>;
}

/** What is read from a map that has passed its schema. */
export type Values = Readonly<Record<string, unknown>>;

export const printable = '^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]+$';

export function text(pattern: string, right: string, description: string) {
  return Type.String({ pattern, 'x-right': right, description });
}

export function duration(description: string, options: object = {}) {
  return Type.String({
    pattern: durationPattern,
    'x-right': 'a duration, written like 500ms, 8s, 1h30m or 3d',
    'x-duration': true,
    description,
    ...options,
  });
}

export function choice(list: readonly string[], description: string) {
  return Type.Enum([...list], { description });
}

export function map(properties: Record<string, TSchema>, description: string, options: object = {}) {
  return Type.Object(properties, { additionalProperties: false, description, ...options });
}

/** The same keys, none of which has to be there. */
export function anyOf(properties: Record<string, TSchema>): Record<string, TSchema> {
  return Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, Type.Optional(schema)]));
}

/** A map with any of its keys, and one at least. */
export function anyKeys(properties: Record<string, TSchema>, description: string, more: object = {}) {
  return map(anyOf(properties), description, { minProperties: 1, ...more });
}

/** A map whose keys are not ours to know. */
export function anyMap(description: string) {
  return Type.Unsafe({ type: 'object', additionalProperties: true, description });
}

export function either(description: string, ...schemas: TSchema[]) {
  return Type.Union(schemas, { description });
}

export function percent(description: string) {
  return text('^(100|[1-9]?[0-9])%$', 'a share from 0% to 100%, such as 30%', description);
}

/** An accessory's name; which ones are right is told by the place. */
export function accessoryName(place: AccessoryPlace, description: string) {
  return Type.String({ 'x-accessory': place, 'x-right': "an accessory's name", description });
}

export function valuesOf(value: unknown): Values {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** A duration that has passed its schema, in milliseconds. */
export function durationMs(value: unknown): number {
  const read = typeof value === 'string' ? parseDuration(value) : undefined;
  return read?.ok === true ? read.value : 0;
}

/** A share that has passed its schema, 0 to 100. */
export function percentOf(value: unknown): number {
  return Number.parseInt(String(value), 10);
}

/** The one of the words that the value is; it has passed the schema that lists them. */
export function chosen<Choice extends string>(list: readonly Choice[], value: unknown): Choice {
  const found = list.find((one) => one === value);
  if (found === undefined) throw new Error(`${JSON.stringify(value)} is none of ${list.join(', ')}`);
  return found;
}
