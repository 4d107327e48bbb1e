import { type DocumentProblem, pathName, shown } from '#protocol/configuration/problem.ts';
import { parseDuration } from '#protocol/core/duration.ts';
import { nearest } from '#protocol/core/nearest.ts';
import type { AccessoryPlace } from './words/places.ts';

/** Problems told at once. A file with more of them is not a scenario with slips. */
export const problemLimit = 50;

/** The part of JSON Schema that the language is written in (`schema.ts`). */
interface SchemaNode {
  type?: string;
  properties?: Readonly<Record<string, SchemaNode>>;
  additionalProperties?: boolean;
  required?: readonly string[];
  minProperties?: number;
  items?: SchemaNode;
  minItems?: number;
  maxItems?: number;
  anyOf?: readonly SchemaNode[];
  enum?: readonly unknown[];
  minLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  description?: string;
  'x-right'?: string;
  'x-duration'?: boolean;
  'x-accessory'?: AccessoryPlace;
  'x-tag'?: boolean;
  'x-pattern'?: boolean;
  'x-configure'?: boolean;
  'x-elsewhere'?: boolean;
}

type Path = readonly (string | number)[];

/** What only the home of the scenario can tell: what is wrong with a word that is about it, or nothing. */
export interface HomeChecks {
  accessory(name: string, place: AccessoryPlace): string | undefined;
  tag(name: string): string | undefined;
  configuration(layer: Readonly<Record<string, unknown>>, path: Path): readonly DocumentProblem[];
}

/**
 * Checks a value from a file against the schema of the language. What is wrong is told with its place and the nearest
 * right word; a value without a problem matches the schema.
 */
export function checkDocument(schema: object, value: unknown, home: HomeChecks): DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  const report = (problem: DocumentProblem): void => {
    if (problems.length < problemLimit) problems.push(problem);
  };
  checkNode(schema, value, [], { report, home });
  return problems;
}

interface Check {
  report(problem: DocumentProblem): void;
  home: HomeChecks;
}

function checkNode(schema: SchemaNode, value: unknown, path: Path, check: Check): void {
  if (schema['x-elsewhere'] === true) return;
  if (schema['x-configure'] === true) {
    checkConfigure(schema, value, path, check);
    return;
  }
  if (schema.anyOf !== undefined) {
    checkEither(schema.anyOf, value, path, check);
  } else if (schema.enum !== undefined) {
    checkWord(schema.enum, value, path, check);
  } else if (schema.type === 'object') {
    checkMap(schema, value, path, check);
  } else if (schema.type === 'array') {
    checkList(schema, value, path, check);
  } else if (schema.type === 'integer' || schema.type === 'number') {
    checkNumber(schema, value, path, check);
  } else if (schema.type === 'boolean') {
    if (typeof value !== 'boolean') wrong(path, value, 'true or false', check);
  } else {
    checkText(schema, value, path, check);
  }
}

function wrong(path: Path, value: unknown, right: string, check: Check, advice = ''): void {
  const subject = path.length === 0 ? 'the scenario' : pathName(path);
  check.report({ path, at: 'value', message: `${subject} is ${shown(value)}; right would be ${right}${advice}` });
}

/** Of a word and a map: what the value looks like decides whose problems are told. */
function checkEither(choices: readonly SchemaNode[], value: unknown, path: Path, check: Check): void {
  const isMap = isObject(value);
  const fitting = choices.find((choice) => (choice.type === 'object') === isMap) ?? choices[0];
  const right = choices.map(rightOf).join(', or ');
  if (fitting === undefined || (!isMap && typeof value !== 'string')) wrong(path, value, right, check);
  else if (isMap) checkNode(fitting, value, path, check);
  else checkWord(fitting.enum ?? [], value, path, check, right);
}

function checkWord(choices: readonly unknown[], value: unknown, path: Path, check: Check, right?: string): void {
  if (choices.includes(value)) return;
  const meant = typeof value === 'string' ? nearest(value, choices.map(String)) : undefined;
  const advice = meant === undefined ? '' : `; did you mean "${meant}"?`;
  wrong(path, value, right ?? rightWords(choices), check, advice);
}

function rightWords(choices: readonly unknown[]): string {
  return choices.length === 1 ? String(choices[0]) : `one of ${choices.join(', ')}`;
}

function rightOf(schema: SchemaNode): string {
  if (schema['x-right'] !== undefined) return schema['x-right'];
  if (schema.enum !== undefined) return rightWords(schema.enum);
  if (schema.type === 'object') return `a map with ${Object.keys(schema.properties ?? {}).join(', ')}`;
  return schema.type === 'array' ? 'a list' : 'a value';
}

function checkMap(schema: SchemaNode, value: unknown, path: Path, check: Check): void {
  if (!isObject(value)) {
    wrong(path, value, rightOf(schema), check);
    return;
  }
  const { properties = {}, required = [], minProperties = 0 } = schema;
  const given = Object.entries(value);
  for (const key of required.filter((key) => !Object.hasOwn(value, key))) {
    const right = rightOf(properties[key] ?? {});
    check.report({ path, at: 'value', message: `${pathName([...path, key])} is missing; right would be ${right}` });
  }
  for (const [key, child] of given) {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (known === undefined && schema.additionalProperties === true) continue;
    if (known === undefined) unknownWord(Object.keys(properties), key, path, check);
    else checkNode(known, child, [...path, key], check);
  }
  if (given.length < minProperties && required.every((key) => Object.hasOwn(value, key))) {
    const keys = Object.keys(properties).filter((key) => !required.includes(key));
    const message = `${pathName(path)} says too little; right would be any of ${keys.join(', ')}`;
    check.report({ path, at: 'value', message });
  }
}

function unknownWord(known: readonly string[], key: string, path: Path, check: Check): void {
  const place = path.length === 0 ? '' : ` in ${pathName(path)}`;
  const meant = nearest(key, known);
  const advice = meant === undefined ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`;
  check.report({ path: [...path, key], at: 'key', message: `unknown word ${shown(key)}${place}; ${advice}` });
}

function checkList(schema: SchemaNode, value: unknown, path: Path, check: Check): void {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (!Array.isArray(value) || items === undefined) {
    wrong(path, value, 'a list', check);
  } else if (value.length < minItems || value.length > maxItems) {
    const right = minItems === maxItems ? String(minItems) : `${minItems} to ${maxItems}`;
    const message = `${pathName(path)} has ${value.length} entries; right would be ${right}`;
    check.report({ path, at: 'value', message });
  } else {
    value.forEach((item: unknown, index) => checkNode(items, item, [...path, index], check));
  }
}

function checkNumber(schema: SchemaNode, value: unknown, path: Path, check: Check): void {
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = schema;
  const isWhole = schema.type === 'integer';
  const isRight = isWhole ? Number.isInteger(value) : Number.isFinite(value);
  if (typeof value === 'number' && isRight && value >= minimum && value <= maximum) return;
  wrong(path, value, `a ${isWhole ? 'whole ' : ''}number from ${minimum} to ${maximum}`, check);
}

/** A configuration from the centre: its own words are checked here, what it holds by the home. */
function checkConfigure(schema: SchemaNode, value: unknown, path: Path, check: Check): void {
  if (!isObject(value)) {
    wrong(path, value, 'a map with keys of the configuration', check);
    return;
  }
  const { properties = {} } = schema;
  const entries = Object.entries(value);
  for (const [key, child] of entries) {
    const own = properties[key];
    if (own !== undefined) checkNode(own, child, [...path, key], check);
  }
  if (value['invalid'] === true) return;
  const layer = Object.fromEntries(entries.filter(([key]) => properties[key] === undefined));
  check.home.configuration(layer, path).forEach((problem) => check.report(problem));
}

function checkText(schema: SchemaNode, value: unknown, path: Path, check: Check): void {
  if (
    typeof value !== 'string' ||
    !new RegExp(schema.pattern ?? '', 'u').test(value) ||
    value.length < (schema.minLength ?? 0)
  ) {
    const isBare = typeof value === 'number' || typeof value === 'boolean';
    const advice = isBare && schema['x-duration'] !== true ? '; put it in quotes, so that it is text' : '';
    wrong(path, value, rightOf(schema), check, advice);
    return;
  }
  const read = schema['x-duration'] === true ? parseDuration(value) : undefined;
  if (read?.ok === false) check.report({ path, at: 'value', message: read.problem });
  const problem = textProblem(schema, value, check);
  if (problem !== undefined) check.report({ path, at: 'value', message: `${pathName(path)}: ${problem}` });
}

function textProblem(schema: SchemaNode, value: string, { home }: Check): string | undefined {
  const place = schema['x-accessory'];
  if (place !== undefined) return home.accessory(value, place);
  if (schema['x-tag'] === true) return home.tag(value);
  return schema['x-pattern'] === true ? patternProblem(value) : undefined;
}

function patternProblem(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u').test('');
    return undefined;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}; right would be a regular expression`;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
