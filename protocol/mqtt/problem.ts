/** Why something that came over MQTT is not taken. Tests and programs compare codes; the message is for people. */
export interface Problem {
  code: ProblemCode;
  /** What is wrong, where (as a JSON pointer), and what would be right. Printable ASCII, at most `messageLimit`. */
  message: string;
}

export type ProblemCode =
  | 'topic/unknown'
  | 'body/too-long'
  | 'body/not-text'
  | 'body/not-json'
  | 'body/unknown-version'
  | 'body/missing'
  | 'body/content'
  | 'report/wrong-hub'
  | 'report/changed'
  | 'signature/missing'
  | 'signature/unknown-key'
  | 'signature/wrong';

/** Characters of a problem's message; what was received is shown shortened, so that no sender can fill a log. */
export const messageLimit = 400;

const quoteLimit = 60;

/** Shows a name from outside: shortened, and in ASCII, so that it cannot steer a terminal or break a log line. */
export function quoted(name: string): string {
  return asciiOnly(JSON.stringify(name.length > quoteLimit ? `${name.slice(0, quoteLimit)}…` : name));
}

/** What a value from a body is. Of a text its length: it may be a number or a name of somebody, and logs are read by many. */
export function withoutText(value: unknown): string {
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : 'an object';
}

export function problem(code: ProblemCode, message: string): Problem {
  const text = asciiOnly(message);
  return { code, message: text.length > messageLimit ? `${text.slice(0, messageLimit - 3)}...` : text };
}

function asciiOnly(text: string): string {
  return text.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
