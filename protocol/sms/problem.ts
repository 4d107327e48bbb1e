/** Why something is no short message, or cannot be made one. Tests compare codes, people read messages. */
export interface Problem {
  code:
    | 'no-hex'
    | 'too-short'
    | 'too-long'
    /** Bytes behind the end. */
    | 'surplus'
    | 'unknown-type'
    | 'bad-address'
    | 'bad-time'
    | 'bad-header'
    | 'bad-text'
    | 'bad-value';
  /** What was found where, and what would be right; never a number or a text of a person. */
  message: string;
}
