/** Why a sound frame could not be read. Tests compare codes, people read messages. */
export interface Problem {
  code: 'wrong-length' | 'unknown-value' | 'unknown-command' | 'refused';
  /** What was found where, and what would be right. */
  message: string;
}
