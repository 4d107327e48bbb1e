import { type DocumentProblem, pathName } from '#protocol/configuration/problem.ts';
import { formatDuration, parseDuration } from '#protocol/core/duration.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { secondMs } from '#protocol/core/time.ts';
import { isObject } from './document.ts';
import type { CountLimits, Place, Step } from './scenario.ts';
import { stepWords } from './schema.ts';
import { otherWords, reportWords } from './words/checkWords.ts';
import { actionWords } from './words/words.ts';

/** How long an `expect` waits when it does not say. */
const usualWithinMs = 10 * secondMs;

type Path = readonly (string | number)[];
type Words = Readonly<Record<string, unknown>>;

/** Reads the steps of a document that matches the schema. What only sense can find wrong is found here. */
export function readSteps(value: unknown, placeOf: (path: Path) => Place): Result<Step[], DocumentProblem[]> {
  const steps: Step[] = [];
  const problems: DocumentProblem[] = [];
  let earliestMs = 0;
  for (const [index, words] of (Array.isArray(value) ? value : []).entries()) {
    const path = ['steps', index];
    const read = isObject(words) ? readStep(words, path, placeOf) : failure([problemAt(path, 'it is no step')]);
    if (!read.ok) {
      problems.push(...read.problem);
      continue;
    }
    const step = read.value;
    if (step.atMs !== undefined && step.atMs < earliestMs) {
      const passed = `at: ${formatDuration(step.atMs)} has passed already`;
      const message = `${pathName(path)}: ${passed}; right would be ${formatDuration(earliestMs)} or later`;
      problems.push({ path: [...path, 'at'], at: 'value', message });
    }
    earliestMs = Math.max(earliestMs, step.atMs ?? 0) + leastMs(step);
    steps.push(step);
  }
  return problems.length === 0 ? success(steps) : failure(problems);
}

/** The time that a step takes at least. */
function leastMs(step: Step): number {
  return step.kind === 'wait' || step.kind === 'never' ? step.forMs : 0;
}

function problemAt(path: Path, message: string, at: 'key' | 'value' = 'value'): DocumentProblem {
  return { path, at, message: `${pathName(path)}: ${message}` };
}

function readStep(words: Words, path: Path, placeOf: (path: Path) => Place): Result<Step, DocumentProblem[]> {
  const found = Object.keys(words).filter((word) => stepWords.includes(word));
  const [word, second] = found;
  if (word === undefined) {
    return failure([problemAt(path, `nothing to do; right would be one of ${stepWords.join(', ')}`)]);
  }
  if (second !== undefined) {
    const message = `${word} and ${second} in one step; right would be a step each`;
    return failure([problemAt([...path, second], message, 'key')]);
  }
  const stray = strayBesides(words, word);
  if (stray !== undefined) return failure([problemAt([...path, stray[0]], stray[1], 'key')]);
  const doing = readDoing(word, words, path);
  if (!doing.ok) return failure([doing.problem]);
  const { line, column } = placeOf([...path, word]);
  const atMs = durationMs(words['at']);
  return success({ line, column, words: oneLine(words), atMs, ...doing.value });
}

/** `within` belongs beside an expect that can become true, `for` beside never. */
function strayBesides(words: Words, word: string): [string, string] | undefined {
  if (words['within'] !== undefined && word !== 'expect') return ['within', `within goes with expect, not ${word}`];
  if (words['for'] !== undefined && word !== 'never') return ['for', `for goes with never, not ${word}`];
  const expected = words['expect'];
  if (words['within'] !== undefined && isObject(expected) && expected['count'] !== undefined) {
    return ['within', 'a count is taken once, now; right would be a wait before it'];
  }
  return undefined;
}

type Doing = Step extends infer One ? (One extends Step ? Omit<One, keyof Place | 'words' | 'atMs'> : never) : never;

function readDoing(word: string, words: Words, path: Path): Result<Doing, DocumentProblem> {
  const action = actionWords[word]?.read(words[word]);
  if (action !== undefined) {
    return action.ok
      ? success({ kind: 'action', action: action.value })
      : failure(problemAt([...path, word], action.problem));
  }
  if (word === 'wait') return success({ kind: 'wait', forMs: durationMs(words['wait']) ?? 0 });
  const expected = words[word];
  const wordPath = [...path, word];
  if (!isObject(expected)) return failure(problemAt(wordPath, 'right would be a map'));
  if (word === 'never') {
    const forMs = durationMs(words['for']);
    if (forMs === undefined) {
      return failure(problemAt(path, 'never needs for: how long it is watched; right would be for: 2h, say'));
    }
    const problem = lookedForProblem(expected);
    return problem === undefined
      ? success({ kind: 'never', lookedFor: expected, forMs })
      : failure(problemAt(wordPath, problem));
  }
  return readExpectation(expected, durationMs(words['within']) ?? usualWithinMs, wordPath);
}

function readExpectation(expected: Words, withinMs: number, path: Path): Result<Doing, DocumentProblem> {
  const { count, state } = expected;
  if (isObject(count)) return readCount(expected, count, path);
  const limit = Object.keys(expected).find((key) => limitWords.includes(key));
  if (limit !== undefined) return failure(problemAt([...path, limit], `${limit} goes with count`, 'key'));
  if (isObject(state)) {
    const other = Object.keys(expected).find((key) => key !== 'state');
    if (other === undefined) return success({ kind: 'state', state, withinMs });
    return failure(problemAt([...path, other], `state and ${other} in one expect; right would be a step each`, 'key'));
  }
  const problem = lookedForProblem(expected);
  if (problem !== undefined) return failure(problemAt(path, problem));
  return success({ kind: 'expect', lookedFor: expected, withinMs });
}

const limitWords = ['equals', 'at-least', 'at-most', 'between'];

function readCount(expected: Words, count: Words, path: Path): Result<Doing, DocumentProblem> {
  const stray = Object.keys(expected).find((key) => key !== 'count' && !limitWords.includes(key));
  if (stray !== undefined) {
    return failure(
      problemAt([...path, stray], `${stray} goes into the count; right would be count: { ${stray}: … }`, 'key'),
    );
  }
  const problem = lookedForProblem(count);
  if (problem !== undefined) return failure(problemAt([...path, 'count'], problem));
  const limits: CountLimits = {
    ...(typeof expected['equals'] === 'number' ? { equals: expected['equals'] } : {}),
    ...(typeof expected['at-least'] === 'number' ? { atLeast: expected['at-least'] } : {}),
    ...(typeof expected['at-most'] === 'number' ? { atMost: expected['at-most'] } : {}),
  };
  if (Object.keys(limits).length === 0) {
    return failure(problemAt(path, 'count needs a number; right would be equals, at-least or at-most'));
  }
  const { between } = expected;
  if (!Array.isArray(between)) return success({ kind: 'count', lookedFor: count, limits });
  const [fromMs = 0, toMs = 0] = between.map((time) => durationMs(time) ?? 0);
  if (fromMs > toMs) return failure(problemAt([...path, 'between'], 'it ends before it begins'));
  return success({ kind: 'count', lookedFor: count, limits: { ...limits, between: [fromMs, toMs] } });
}

/** Something is either a report, or one of the other things that happen. */
function lookedForProblem(words: Words): string | undefined {
  const kinds = [
    Object.keys(words).find((key) => reportWords.includes(key)),
    ...otherWords.filter((key) => words[key] !== undefined),
  ].filter((kind) => kind !== undefined);
  const [first, second] = kinds;
  if (first === undefined) return `it says too little; right would be report or one of ${otherWords.join(', ')}`;
  if (second !== undefined) return `${first} and ${second} are of different things; right would be one of them`;
  if (words['tells'] !== undefined && words['report'] !== 'heartbeat') return 'tells goes with report: heartbeat';
  const lacking = words['report'] === 'heartbeat' ? heartbeatLacks : words['at'] === 'sms' ? messageLacks : [];
  const stray = lacking.find((key) => words[key] !== undefined);
  if (stray === undefined) return undefined;
  return `a ${words['report'] === 'heartbeat' ? 'heartbeat' : 'report by sms'} has no ${stray}`;
}

const heartbeatLacks = ['status', 'location', 'priority', 'buffered', 'verified'];
const messageLacks = ['location', 'verified'];

function durationMs(value: unknown): number | undefined {
  const read = typeof value === 'string' ? parseDuration(value) : undefined;
  return read?.ok === true ? read.value : undefined;
}

/** A step as one line of YAML, as people write it. */
function oneLine(value: unknown): string {
  const inner = (part: unknown): string => {
    if (Array.isArray(part)) return `[${part.map(inner).join(', ')}]`;
    if (isObject(part)) return `{ ${pairs(part)} }`;
    return String(part);
  };
  const pairs = (map: Words): string =>
    Object.entries(map)
      .map(([key, part]) => `${key}: ${inner(part)}`)
      .join(', ');
  return isObject(value) ? pairs(value) : inner(value);
}
