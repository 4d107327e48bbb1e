/**
 * A text that came from outside in part, so that it can be shown: what could steer a terminal, turn the order of letters
 * around or break a line of a log is an escape, and halves of characters with it.
 */
export function printable(text: string): string {
  return text.replaceAll(
    /\p{Cc}|[\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/gu,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
