import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type Range } from 'yaml';
import { failure, type Result, success } from '#protocol/core/result.ts';

/** A place in a text; both count from 1, as editors do. */
interface Position {
  line: number;
  column: number;
}

export interface TextProblem extends Position {
  message: string;
}

/** What a YAML text says, and where in the text it says it. */
export interface YamlText {
  value: unknown;
  /** Where the key or the value at this path is written; the nearest place around it when it is not. */
  find(path: readonly (string | number)[], at: 'key' | 'value'): Position;
}

/** Aliases that one text may resolve to; a handful of nested ones could otherwise fill the memory. */
const aliasLimit = 100;

/** Reads YAML 1.2, strictly: a key that is there twice is an error, and so is a second document. */
export function readYaml(text: string): Result<YamlText, readonly TextProblem[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    strict: true,
    uniqueKeys: true,
    prettyErrors: false,
    lineCounter: lines,
  });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) {
    return failure(wrong.map(({ message, pos: [offset] }) => ({ ...position(offset), message })));
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: aliasLimit });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return failure([{ line: 1, column: 1, message }]);
  }
  return success({
    value,
    find: (path, at) => position(offsetOf(document.contents, path, at)),
  });
}

type Ranged = { range?: Range | null | undefined };

function offsetOf(root: Node | null, path: readonly (string | number)[], at: 'key' | 'value'): number {
  let offset = startOf(root) ?? 0;
  let here: unknown = root;
  for (const [index, step] of path.entries()) {
    const isLast = index === path.length - 1;
    const found = isSeq(here) ? here.items[Number(step)] : findPair(here, String(step));
    if (found === undefined) return offset;
    here = isPair(found) ? found.value : found;
    const place = isPair(found) && isLast && at === 'key' ? found.key : here;
    // A value that is left out has no place of its own: its key has.
    offset = startOf(place) ?? (isPair(found) ? startOf(found.key) : undefined) ?? offset;
  }
  return offset;
}

function findPair(node: unknown, key: string): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  // Every node of the yaml package that was parsed has its range: begin, end of the value, end of the node.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { range } = node as Ranged;
  const isLeftOut =
    range !== undefined && range !== null && range[0] === range[1] && isScalar(node) && node.value === null;
  return isLeftOut ? undefined : range?.[0];
}
