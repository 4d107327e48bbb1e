import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Range,
  stringify,
} from 'yaml';
import { printable } from '#protocol/core/printable.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { aliasLimit, type ShapeProblem, shapeProblems, tooDeep } from './yamlShape.ts';

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

/** Characters of a text; a configuration and a scenario are some thousands. The worst text of that length takes seconds. */
export const yamlLengthLimit = 262_144;

/** Problems told at once; a text with more of them is none with slips. */
const problemLimit = 50;

/**
 * Reads YAML 1.2, strictly: a key that is there twice is an error, and so are a second document, a tag and a text of
 * another version. What comes back is made of maps, lists, words, numbers, true, false and null, and holds no circle.
 */
export function readYaml(text: string, lengthLimit = yamlLengthLimit): Result<YamlText, readonly TextProblem[]> {
  if (text.length > lengthLimit) {
    const message = `${text.length} characters; right would be ${lengthLimit} at most`;
    return failure([{ line: 1, column: 1, message }]);
  }
  const lines = new LineCounter();
  const document = parsed(text, lines);
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document === undefined)
    return failure([{ line: Math.max(1, lines.lineStarts.length), column: 1, message: tooDeep }]);
  const wrong = problemsOf(document);
  if (wrong.length > 0) return failure(wrong.map(({ offset, message }) => ({ ...position(offset), message })));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: aliasLimit + 1 });
  } catch {
    return failure([{ line: 1, column: 1, message: `aliases that stand for too much; right would be ${aliasLimit}` }]);
  }
  return success({
    value,
    find: (path, at) => position(offsetOf(document.contents, path, at)),
  });
}

/** Undefined where the parser ran out of its stack, in the last line that was counted. */
function parsed(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, {
      version: '1.2',
      strict: true,
      // Told by shapeProblems: the library takes the square of their number for it.
      uniqueKeys: false,
      resolveKnownTags: false,
      prettyErrors: false,
      lineCounter,
    });
  } catch (error) {
    // A pattern that finds no stack any more throws a SyntaxError.
    if (error instanceof RangeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function problemsOf(document: Document.Parsed): ShapeProblem[] {
  const { errors, warnings, directives } = document;
  const told = [...errors, ...warnings].slice(0, problemLimit);
  if (told.length > 0) {
    return told.map(({ code, message, pos: [offset] }) => ({
      offset,
      message: code === 'RESOURCE_EXHAUSTION' ? tooDeep : withoutSource(message),
    }));
  }
  const { version } = directives.yaml;
  if (version !== '1.2')
    return [{ offset: 0, message: `YAML ${version}; right would be 1.2, which needs no word for it` }];
  return shapeProblems(document);
}

const messageLimit = 200;

/** The library quotes what stands there, however much that is, and it may be a PIN. Its place is told; that is enough. */
function withoutSource(message: string): string {
  return printable(message.replace(/: ".*$/su, '').slice(0, messageLimit));
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

/** Plain data as YAML, a step or an entry a line where it fits, what is there twice written twice; {@link readYaml} reads it. */
export function writeYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
