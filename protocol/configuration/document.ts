import { formatDuration, parseDuration } from '#protocol/core/duration.ts';
import { nearest } from '#protocol/core/nearest.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Static, TSchema } from 'typebox';
import { type DocumentProblem, pathName, shown } from './problem.ts';

/** Problems told at once. A file with more of them is not a configuration with slips. */
export const problemLimit = 50;

/** The part of JSON Schema that the configuration's schema is written in. */
interface SchemaNode {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  properties?: Readonly<Record<string, SchemaNode>>;
  patternProperties?: Readonly<Record<string, SchemaNode>>;
  required?: readonly string[] | undefined;
  items?: SchemaNode;
  maxItems?: number;
  enum?: readonly string[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  default?: unknown;
  'x-right'?: string;
  'x-keys'?: string;
  'x-secret'?: boolean;
  /** What people call the whole document. */
  'x-whole'?: string;
  /** One of several forms, or of several keys: what would be right, in words. */
  'x-choice'?: string;
  anyOf?: readonly SchemaNode[];
  minItems?: number;
  minProperties?: number;
  maxProperties?: number;
  'x-duration'?: { leastMs: number; mostMs: number };
}

type Path = readonly (string | number)[];
type Report = (problem: DocumentProblem) => void;

/**
 * Checks a document against its schema and fills in what has a default; the schema is made of the pieces in keys.ts. A
 * reader of its own, because a validator's words ("must match pattern") say neither what was meant nor what would be
 * right.
 */
export function readDocument<Schema extends TSchema>(
  schema: Schema,
  value: unknown,
): Result<Static<Schema>, readonly DocumentProblem[]> {
  const problems: DocumentProblem[] = [];
  const read = readNode(schema, value, [], (problem) => {
    if (problems.length < problemLimit) problems.push(problem);
  });
  // What readNode returned without a problem matches the schema; a property test holds it against typebox's checker.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return problems.length === 0 ? success(read as Static<Schema>) : failure(problems);
}

function readNode(schema: SchemaNode, value: unknown, path: Path, report: Report): unknown {
  if (schema.anyOf !== undefined) return readForms(schema, value, path, report);
  if (schema.enum !== undefined) return readChoice(schema.enum, value, path, report);
  switch (schema.type) {
    case 'object':
      return readMap(schema, value, path, report);
    case 'array':
      return readList(schema, value, path, report);
    case 'integer':
    case 'number':
      return readNumber(schema, value, path, report);
    case 'boolean':
      return readTruth(value, path, report);
    default:
      return readText(schema, value, path, report);
  }
}

function wrong(path: Path, value: unknown, right: string, whole = 'the document'): DocumentProblem {
  const subject = path.length === 0 ? whole : pathName(path);
  return { path, at: 'value', message: `${subject} is ${shown(value)}; right would be ${right}` };
}

/** A secret is no more shown when it is written wrongly. */
function wrongSecret(path: Path, right: string): DocumentProblem {
  return { path, at: 'value', message: `${pathName(path)} is not what it should be; right would be ${right}` };
}

function readChoice(choices: readonly string[], value: unknown, path: Path, report: Report): unknown {
  if (typeof value === 'string' && choices.includes(value)) return value;
  const meant = typeof value === 'string' ? nearest(value, choices) : undefined;
  const problem = wrong(path, value, `one of ${choices.join(', ')}`);
  report(meant === undefined ? problem : { ...problem, message: `${problem.message}; did you mean "${meant}"?` });
  return undefined;
}

function readMap(schema: SchemaNode, value: unknown, path: Path, report: Report): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const keys = Object.keys(schema.properties ?? {});
    const right = keys.length === 0 ? 'a map' : `a map with the keys ${keys.join(', ')}`;
    report(wrong(path, value, right, schema['x-whole']));
    return undefined;
  }
  const given = new Map<string, unknown>(Object.entries(value));
  const { minProperties = 0, maxProperties = given.size } = schema;
  if (given.size < minProperties || given.size > maxProperties) {
    const right = schema['x-choice'] ?? `${minProperties} keys or more`;
    report({ path, at: 'value', message: `${pathName(path)} has ${given.size} keys; right would be ${right}` });
  }
  const read: [string, unknown][] = [];
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    if (given.has(key)) {
      read.push([key, readNode(child, given.get(key), [...path, key], report)]);
    } else if (child.default !== undefined) {
      read.push([key, readNode(child, child.default, [...path, key], report)]);
    } else if (schema.required?.includes(key) === true) {
      report({ path, at: 'value', message: `${pathName([...path, key])} is missing; right would be ${right(child)}` });
    }
  }
  for (const [key, child] of given) {
    if (schema.properties !== undefined && Object.hasOwn(schema.properties, key)) continue;
    const matching = Object.entries(schema.patternProperties ?? {}).find(([form]) => new RegExp(form, 'u').test(key));
    if (matching === undefined) report(unknownKey(schema, key, path));
    else read.push([key, readNode(matching[1], child, [...path, key], report)]);
  }
  return Object.fromEntries(read);
}

function unknownKey(schema: SchemaNode, key: string, path: Path): DocumentProblem {
  const place = path.length === 0 ? '' : ` in ${pathName(path)}`;
  const known = Object.keys(schema.properties ?? {});
  const meant = nearest(key, known);
  const advice =
    meant === undefined ? (schema['x-keys'] ?? `known are ${known.join(', ')}`) : `did you mean "${meant}"?`;
  return { path: [...path, key], at: 'key', message: `unknown key ${shown(key)}${place}; ${advice}` };
}

function right(schema: SchemaNode): string {
  if (schema.type === 'object') return `a map with the keys ${Object.keys(schema.properties ?? {}).join(', ')}`;
  return schema['x-right'] ?? (schema.enum === undefined ? 'a value' : `one of ${schema.enum.join(', ')}`);
}

function readList(schema: SchemaNode, value: unknown, path: Path, report: Report): unknown {
  const { items, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (!Array.isArray(value) || items === undefined) {
    report(wrong(path, value, 'a list'));
    return undefined;
  }
  if (value.length < (schema.minItems ?? 0)) {
    report(wrong(path, value, `${schema.minItems} entries or more`));
    return undefined;
  }
  if (value.length > maxItems) {
    report({
      path,
      at: 'value',
      message: `${pathName(path)} has ${value.length} entries; right would be ${maxItems} at most`,
    });
    return undefined;
  }
  return value.map((item: unknown, index) => readNode(items, item, [...path, index], report));
}

function readNumber(schema: SchemaNode, value: unknown, path: Path, report: Report): unknown {
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = schema;
  const isWhole = schema.type === 'integer';
  const isRight = isWhole ? Number.isInteger(value) : Number.isFinite(value);
  if (typeof value === 'number' && isRight && value >= minimum && value <= maximum) return value;
  report(wrong(path, value, `a ${isWhole ? 'whole ' : ''}number from ${minimum} to ${maximum}`));
  return undefined;
}

/** One of several forms. What is none of them is told in the words for all of them. */
function readForms(schema: SchemaNode, value: unknown, path: Path, report: Report): unknown {
  const { anyOf = [], 'x-choice': choice = 'another form' } = schema;
  for (const form of anyOf) {
    let fits = true;
    const read = readNode(form, value, path, () => (fits = false));
    if (fits) return read;
  }
  report(wrong(path, value, choice));
  return undefined;
}

function readTruth(value: unknown, path: Path, report: Report): unknown {
  if (typeof value === 'boolean') return value;
  report(wrong(path, value, 'true or false, without quotes'));
  return undefined;
}

function readText(schema: SchemaNode, value: unknown, path: Path, report: Report): unknown {
  if (schema['x-duration'] !== undefined) return readDuration(schema['x-duration'], value, path, report);
  if (typeof value === 'string' && new RegExp(schema.pattern ?? '', 'u').test(value)) return value;
  // YAML takes 00000042 for a number, and 1e234567 too.
  const quotes =
    typeof value === 'number' || typeof value === 'boolean' ? '; put it in quotes, so that it is text' : '';
  const problem = schema['x-secret'] === true ? wrongSecret(path, right(schema)) : wrong(path, value, right(schema));
  report({ ...problem, message: `${problem.message}${quotes}` });
  return undefined;
}

function readDuration(
  { leastMs, mostMs }: { leastMs: number; mostMs: number },
  value: unknown,
  path: Path,
  report: Report,
): unknown {
  const range = `from ${formatDuration(leastMs)} to ${formatDuration(mostMs)}`;
  const read = typeof value === 'string' ? parseDuration(value) : undefined;
  if (read?.ok === true && read.value >= leastMs && read.value <= mostMs) return value;
  report(wrong(path, value, `a duration ${range}, written like 500ms, 8s, 1h30m or 3d`));
  return undefined;
}
