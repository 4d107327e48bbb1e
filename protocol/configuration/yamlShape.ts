import { type Document, isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';
import { shown } from './problem.ts';

/** What is wrong with a document beside its grammar, and at which character of the text. */
export interface ShapeProblem {
  offset: number;
  message: string;
}

/** Maps and lists within each other. A configuration has five; what is deeper is no text of a person. */
export const depthLimit = 50;

/** Aliases that one text may have, and that one may resolve to; a handful of nested ones could otherwise fill the memory. */
export const aliasLimit = 100;

/** Problems told at once. */
const problemLimit = 50;

/**
 * Looks at what YAML allows and its readers make something odd of: keys that are there twice (the library compares each with
 * each, which takes minutes in a file of a megabyte), keys that are no words, depth without end, a list that holds itself.
 */
export function shapeProblems(document: Document): ShapeProblem[] {
  const problems: ShapeProblem[] = [];
  const known = new Set<string>();
  const open = new Set<string>();
  let aliases = 0;

  function wrong(node: unknown, message: string): void {
    if (problems.length < problemLimit) problems.push({ offset: offsetOf(node), message });
  }

  function look(node: unknown, depth: number): void {
    if (isAlias(node)) {
      aliases += 1;
      if (aliases === aliasLimit + 1) wrong(node, `too many aliases; right would be ${aliasLimit} at most`);
      if (open.has(node.source)) wrong(node, `the alias ${shown(node.source)} stands within what it stands for`);
      else if (!known.has(node.source)) wrong(node, `the alias ${shown(node.source)} stands for nothing before it`);
      return;
    }
    if (!isMap(node) && !isSeq(node)) {
      if (isScalar(node) && node.anchor !== undefined) known.add(node.anchor);
      return;
    }
    if (depth > depthLimit) {
      wrong(node, tooDeep);
      return;
    }
    const { anchor } = node;
    if (anchor !== undefined) open.add(anchor);
    if (isMap(node)) lookIntoMap(node.items, depth);
    else for (const item of node.items) look(isPair(item) ? item.value : item, depth + 1);
    if (anchor === undefined) return;
    open.delete(anchor);
    known.add(anchor);
  }

  function lookIntoMap(pairs: readonly { key: unknown; value: unknown }[], depth: number): void {
    const keys = new Set<string>();
    for (const { key, value } of pairs) {
      if (isScalar(key)) {
        if (key.anchor !== undefined) known.add(key.anchor);
        const word = String(key.value);
        if (keys.has(word)) wrong(key, `the key ${shown(word)} is there twice`);
        keys.add(word);
      } else wrong(key, 'a key is a list, a map or an alias; right would be a word');
      look(value, depth + 1);
    }
  }

  look(document.contents, 1);
  return problems;
}

export const tooDeep = `too deep; right would be ${depthLimit} maps and lists within each other at most`;

function offsetOf(node: unknown): number {
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  const offset: unknown = Array.isArray(range) ? range[0] : undefined;
  return typeof offset === 'number' ? offset : 0;
}
