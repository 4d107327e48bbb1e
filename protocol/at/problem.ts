/** Why a line of a modem could not be read. Tests compare codes, people read messages. */
export interface Problem {
  code: /** The line has another prefix, or none. */ 'wrong-line' | 'too-few-values' | 'unknown-value';
  /** What was found where, and what would be right; never a number, a name or a text of a person. */
  message: string;
}
