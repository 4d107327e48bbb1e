import { parseDuration } from '#protocol/core/duration.ts';

/** What has a default is there after reading; the type of the document as it is written does not know. */
export function filled<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a key of the configuration has neither value nor default');
  return value;
}

/** A duration that has passed its schema, in milliseconds. */
export function milliseconds(duration: string | undefined): number {
  const read = parseDuration(filled(duration));
  if (!read.ok) throw new Error(read.problem);
  return read.value;
}
