import { readFileSync } from 'node:fs';
import Schema from 'typebox/schema';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { scenarioSchema } from '#simulator/scenario/schema.ts';

/** docs/scenarios.md tells the whole language and nothing else: a tester writes a story from it and the schema alone. */
const text = readFileSync('docs/scenarios.md', 'utf8');
const shipped = Schema.Compile(JSON.parse(readFileSync('docs/schemas/scenario.schema.json', 'utf8')));

/** The rows of the table whose first column has this head, each as the pieces of code in that column. */
function rowsOf(tables: readonly string[]): string[][] {
  return tables.flatMap((table) =>
    table
      .split('\n')
      .slice(2)
      .map((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/gu)].map(([, code = '']) => code)),
  );
}

/** The tables of the document with the words that stand before each. */
const tables = [...text.matchAll(/(?:^\|.*\n)+/gmu)].map(({ 0: table, index }) => ({
  table,
  before: text.slice(0, index).trimEnd().split('\n').at(-1) ?? '',
}));

function tableAfter(...words: readonly string[]): string[][] {
  const found = tables.filter(({ before }) => words.some((word) => before.includes(word)));
  expect(found).toHaveLength(words.length);
  return rowsOf(found.map(({ table }) => table));
}

/** What stands in a row, each piece whole: `link: up`, `down` is `link: up` and `link: down`. */
function whole(row: readonly string[]): string[] {
  let word = '';
  return row.map((code) => {
    const [, named, value = code] = /^([a-zA-Z-]+): (.*)$/u.exec(code) ?? [];
    word = named ?? word;
    return `${word}: ${value}`;
  });
}

const actions = tableAfter('by their names', 'The home:', 'Networks and centres:', 'The hub:').flatMap(whole);
const looked = tableAfter('any of the keys of a report', 'or one of these, alone').flatMap(whole);
const states = tableAfter('The state of the world').flatMap(whole);
const checks = tableAfter('and `wait`:').flat();

interface Node {
  properties?: Readonly<Record<string, Node>>;
  enum?: readonly string[];
  anyOf?: readonly Node[];
  items?: Node;
}

const language: Node = scenarioSchema;
const step = language.properties?.['steps']?.items?.properties ?? {};
const expectation = step['expect']?.properties ?? {};

/** The words that may stand behind a word: `link: up`, or the word alone where anything may. */
function choicesOf(words: Readonly<Record<string, Node>>): string[] {
  return Object.entries(words).flatMap(([word, node]) => {
    const choices = [node, ...(node.anyOf ?? [])].flatMap((one) => one.enum ?? []);
    return choices.length === 0 ? [word] : choices.map((choice) => `${word}: ${choice}`);
  });
}

function without(words: Readonly<Record<string, Node>>, ...left: readonly string[]): Record<string, Node> {
  return Object.fromEntries(Object.entries(words).filter(([word]) => !left.includes(word)));
}

/** What the language knows and the document does not show. */
function untold(words: Readonly<Record<string, Node>>, shown: readonly string[]): string[] {
  return choicesOf(words).filter((choice) => !shown.some((one) => one === choice || one.startsWith(`${choice}:`)));
}

const story = (written: string): unknown => ({ scenario: 'A story', steps: [parse(`{ ${written} }`)] });

describe('the document of the language', () => {
  test('shows every action with every word that may stand behind it, and every check', () => {
    const checkWords = ['wait', 'expect', 'never', 'at', 'within', 'for'];
    expect(untold(without(step, ...checkWords), actions)).toEqual([]);
    expect(untold(without(expectation, 'count', 'equals', 'at-least', 'at-most', 'between', 'state'), looked)).toEqual(
      [],
    );
    expect(untold(expectation['state']?.properties ?? {}, states)).toEqual([]);
    expect(Object.keys(expectation).filter((key) => !text.includes(`${key}:`))).toEqual([]);
    expect(['wait', 'expect', 'never'].filter((word) => !checks.some((one) => one.startsWith(`${word}:`)))).toEqual([]);
  });

  test('shows nothing that the language does not know', () => {
    const steps = [
      ...actions,
      ...checks,
      ...looked.map((one) => `expect: { ${one} }`),
      ...states.map((one) => `expect: { state: { ${one} } }`),
    ].filter((one) => !/^(within|for):/u.test(one));
    expect(steps.filter((one) => !shipped.Check(story(one)))).toEqual([]);
  });

  test('has each key of the head and of the centre, and no other', () => {
    const heads = rowsOf(tables.filter(({ table }) => /^\| key +\|/u.test(table)).map(({ table }) => table)).flat();
    expect(heads.toSorted()).toEqual(Object.keys(language.properties ?? {}).toSorted());
    const centre = rowsOf(
      tables.filter(({ table }) => /^\| key of `centre` +\|/u.test(table)).map(({ table }) => table),
    );
    expect(centre.flat().toSorted()).toEqual(Object.keys(language.properties?.['centre']?.properties ?? {}).toSorted());
  });

  test('has examples that are right as they stand', () => {
    const examples = [...text.matchAll(/```yaml\n(.*?)```/gsu)].map(([, yaml = '']) => yaml);
    expect(examples.length).toBeGreaterThan(2);
    expect(examples.filter((yaml) => !shipped.Check(parse(yaml)))).toEqual([]);
  });
});
