import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Problem, problem, withoutText } from './problem.ts';

/** The version of every body. A body of another version is refused, unknown fields of this one are ignored. */
const bodyVersion = 1;

/** Most characters (UTF-16 units) of a text that is read. The record travels as a string within the report. */
export const bodyLimits = {
  record: 4_096,
  report: 16_384,
  heartbeat: 4_096,
  state: 4_096,
  acknowledgement: 4_096,
  /** A configuration of 64 accessories fits. */
  command: 49_152,
  commandEnvelope: 65_536,
} as const;

/** Reads a body from outside: never throws, and says what is wrong where (B15.3). */
export type Decode<Body> = (text: string) => Result<Body, Problem>;

interface SchemaError {
  keyword: string;
  instancePath: string;
  params: object;
  message: string;
}

/** Makes the decoder of a schema's bodies. `noun` names the body in messages, `limit` is in UTF-16 units. */
export function decoder<const Schema extends TSchema>(
  schema: Schema,
  noun: string,
  limit: number,
): Decode<Static<Schema>> {
  const validator = Compile(schema);
  return (text) => {
    const parsed = parseJson(text, noun, limit);
    if (!parsed.ok) {
      return parsed;
    }
    const { value } = parsed;
    if (isObject(value) && Object.hasOwn(value, 'v') && value['v'] !== bodyVersion) {
      const found = withoutText(value['v']);
      return failure(
        problem('body/unknown-version', `${noun}, at /v: version ${found} is not known; right would be 1`),
      );
    }
    if (validator.Check(value)) {
      return success(value);
    }
    return failure(describe(validator.Errors(value), value, noun));
  };
}

function parseJson(text: string, noun: string, limit: number): Result<unknown, Problem> {
  if (text.length > limit) {
    const message = `${noun}: ${text.length} characters; right would be ${limit} at most`;
    return failure(problem('body/too-long', message));
  }
  // Half of a surrogate pair has no UTF-8, so that two programs could hash it to different values.
  if (!text.isWellFormed()) {
    return failure(problem('body/not-text', `${noun}: half a surrogate pair; right would be well-formed Unicode`));
  }
  try {
    return success(JSON.parse(text) as unknown);
  } catch {
    // What the parser says of it quotes the body, which may be about somebody.
    return failure(problem('body/not-json', `${noun}: not valid JSON; right would be a JSON object`));
  }
}

function describe(errors: readonly SchemaError[], value: unknown, noun: string): Problem {
  const missing = errors.find((error) => error.keyword === 'required');
  const error = missing ?? errors[0];
  if (error === undefined) {
    return problem('body/content', `${noun}: does not match its schema`);
  }
  const where = error.instancePath === '' ? 'at the top' : `at ${error.instancePath}`;
  if (missing !== undefined) {
    return problem('body/missing', `${noun}, ${where}: ${missing.message}`);
  }
  const found = withoutText(valueAt(value, error.instancePath));
  return problem('body/content', `${noun}, ${where}: ${found} ${error.message}${allowed(error)}`);
}

function allowed(error: SchemaError): string {
  const { params } = error;
  if ('allowedValues' in params && Array.isArray(params.allowedValues)) {
    return `: ${params.allowedValues.join(', ')}`;
  }
  return 'allowedValue' in params ? ` ${String(params.allowedValue)}` : '';
}

function valueAt(value: unknown, pointer: string): unknown {
  let here = value;
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!isObject(here) || !Object.hasOwn(here, key)) {
      return undefined;
    }
    here = here[key];
  }
  return here;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
