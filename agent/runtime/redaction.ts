/** Keys whose values are never logged, in small letters and without hyphens and underscores. */
const secretKeys = /^(pin|puk|authorization|privatekey|credentials)$|(password|passphrase|secret|token)$/u;

/** How deep an object is followed, and how many entries of one are logged: a log line is not a dump. */
const depthLimit = 6;
const entriesLimit = 100;

/** The fields of a log line without secrets, by the name of the key, and with errors in a form that JSON can hold. */
export function withoutSecrets(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return cleanEntries(fields, 0);
}

function cleanEntries(fields: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(fields).slice(0, entriesLimit);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, isSecret(key) ? '[secret]' : clean(value, depth + 1)] as const),
  );
}

function isSecret(key: string): boolean {
  return secretKeys.test(key.toLowerCase().replaceAll(/[-_]/gu, ''));
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth > depthLimit) return '[deeper]';
  if (value instanceof Error) return cleanError(value, depth);
  if (value instanceof Map) return cleanEntries(Object.fromEntries(value), depth);
  if (value instanceof Uint8Array) return Buffer.from(value.subarray(0, entriesLimit)).toString('hex');
  if (Array.isArray(value)) return value.slice(0, entriesLimit).map((item: unknown) => clean(item, depth + 1));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString();
  return cleanEntries(value, depth);
}

function cleanError(error: Error, depth: number): Record<string, unknown> {
  const code = 'code' in error ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: clean(error.cause, depth + 1) };
  return { name: error.name, ...code, message: error.message, ...cause };
}
