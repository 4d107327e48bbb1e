import { describe, expect, test } from 'vitest';
import { shown } from './problem.ts';
import { aliasLimit, depthLimit } from './yamlShape.ts';
import { readYaml, yamlLengthLimit } from './yamlText.ts';

function told(text: string): string[] {
  const read = readYaml(text);
  return read.ok ? [] : read.problem.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

function nested(depth: number): string {
  return `${'['.repeat(depth)}1${']'.repeat(depth)}`;
}

describe('a YAML text', () => {
  test.each([
    ['a key that is there twice', 'a: 1\n"a": 2', '2:1: the key "a" is there twice'],
    ['a number and the same as a word', '1: a\n"1": b', '2:1: the key "1" is there twice'],
    ['a list that is a key', 'x:\n  [a, b]: 1', '2:3: a key is a list, a map or an alias; right would be a word'],
    ['a list that holds itself', 'a: &a [1, *a]', '1:11: the alias "a" stands within what it stands for'],
    ['an alias of nothing', 'a: 1\nb: *c', '2:4: the alias "c" stands for nothing before it'],
    ['a set, which is no map', 'a: !!set { b }', '1:4: Unresolved tag'],
    ['a date, which is no word', 'a: !!timestamp 2026-01-15', '1:4: Unresolved tag'],
    ['a text of another version', '%YAML 1.1\n---\na: yes', '1:1: YAML 1.1; right would be 1.2'],
    ['a second document', 'a: 1\n---\nb: 2', '2:1: Source contains multiple documents'],
  ])('is refused with the place: %s', (_what, text, right) => {
    expect(told(text)[0]).toContain(right);
  });

  test('has so many maps and lists within each other at most, however many somebody opens', () => {
    expect(told(nested(depthLimit))).toEqual([]);
    expect(told(nested(depthLimit + 1))).toEqual([`1:${depthLimit + 1}: ${tooDeep}`]);
    for (const opening of ['[', '{a: ', '- ', '? ']) {
      expect(told(opening.repeat(20_000)).join()).toContain(tooDeep);
    }
  });

  test('has so many aliases at most, and they stand for so much at most', () => {
    const aliases = (count: number) => `a: &a 1\nb: [${'*a,'.repeat(count)}]`;
    expect(told(aliases(aliasLimit))).toEqual([]);
    expect(told(aliases(aliasLimit + 1))).toHaveLength(1);
    const bomb = Array.from({ length: 9 }, (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}]`);
    expect(told(`l0: &l0 [x]\n${bomb.join('\n')}`)).toEqual([
      `1:1: aliases that stand for too much; right would be ${aliasLimit}`,
    ]);
  });

  test('is read up to its limit and not beyond', () => {
    expect(told(`#${'x'.repeat(yamlLengthLimit - 1)}`)).toEqual([]);
    expect(told(`#${'x'.repeat(yamlLengthLimit)}`)).toEqual([
      `1:1: ${yamlLengthLimit + 1} characters; right would be ${yamlLengthLimit} at most`,
    ]);
  });

  test('full of keys is read in a time that grows with it, and not with its square', () => {
    const started = process.cpuUsage();
    expect(told(Array.from({ length: 20_000 }, (_, at) => `k${at}: 1`).join('\n'))).toEqual([]);
    // Compared each with each they take more than four seconds.
    expect(process.cpuUsage(started).user).toBeLessThan(2_500_000);
  });

  test('that is wrong is not quoted: a PIN may stand there', () => {
    expect(told('modem: { pin: "1234" "5678" }').join()).not.toContain('5678');
    expect(told('a: b\n1234').join()).not.toContain('1234');
  });

  test('names no key that all objects have', () => {
    const read = readYaml('__proto__: { polluted: 1 }\nconstructor: 2');
    expect(read.ok && Object.keys(Object(read.value.value))).toEqual(['__proto__', 'constructor']);
    expect('polluted' in {}).toBe(false);
  });
});

describe('a value that is shown', () => {
  test('tells neither the user nor the password of a url, however it is written', () => {
    expect(shown('mqtt://me:secret@broker')).toBe('"mqtt://…@broker"');
    expect(shown('mqtt:/me:secret@broker')).toBe('"…@broker"');
  });

  test('is told as it was read, though it is too great for a number', () => {
    expect(shown(Number.POSITIVE_INFINITY)).toBe('the number Infinity');
  });

  test('steers no terminal and is whole text', () => {
    expect(shown('a\u001b[2J\u0085\ud800')).toBe(String.raw`"a\u001b[2J\u0085\ud800"`);
  });

  test('is looked through once, however often a url begins in it', () => {
    const started = process.cpuUsage();
    shown('://'.repeat(80_000));
    expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
  });
});

const tooDeep = `too deep; right would be ${depthLimit} maps and lists within each other at most`;
