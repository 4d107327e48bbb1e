/**
 * A number of an answer; nothing where the supply does not know it. Models fill such a field with hyphens or at signs
 * (`---.-`, `@@.@`) and keep its width.
 */
export function readNumber(field: string): { known: true; value: number | undefined } | { known: false } {
  if (/^\d{1,4}(\.\d{1,2})?$/u.test(field)) return { known: true, value: Number(field) };
  return /^[-@.]{1,7}$/u.test(field) ? { known: true, value: undefined } : { known: false };
}

/** A number in a field of its width; what is not known is filled with hyphens. Throws when it does not fit: a slip. */
export function writeNumber(value: number | undefined, before: number, behind: number): string {
  const width = before + (behind > 0 ? 1 + behind : 0);
  if (value === undefined) return behind > 0 ? `${'-'.repeat(before)}.${'-'.repeat(behind)}` : '-'.repeat(before);
  const written = value.toFixed(behind).padStart(width, '0');
  if (value < 0 || written.length !== width) throw new RangeError(`${value} does not fit into ${width} characters`);
  return written;
}
