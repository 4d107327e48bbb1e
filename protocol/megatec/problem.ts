/** Why a line could not be read. Tests compare codes, people read messages. */
export interface Problem {
  code: 'wrong-form' | 'unknown-command' | 'out-of-range';
  /** What was found, and what would be right. */
  message: string;
}
