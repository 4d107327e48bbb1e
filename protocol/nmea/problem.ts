/** Why a sentence could not be read. Tests compare codes, people read messages. */
export interface Problem {
  code: 'wrong-type' | 'missing-field' | 'bad-field';
  /** Which field, and what would be right. What was found is left out: it may say where somebody lives. */
  message: string;
}
