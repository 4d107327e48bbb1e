/** Why a command line could not be read. Tests compare codes, people read messages. */
export interface CommandProblem {
  code: 'no-prefix' | 'bad-command' | 'too-many';
  /** What was found where, and what would be right; never a number or a name of a person. */
  message: string;
}
