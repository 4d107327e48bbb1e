/** How something is, said to somebody who wants to use it: well, worth a look, or wrong. */
export type State = 'ok' | 'look' | 'bad';

/** What one look has found. */
export interface Finding {
  /** What was looked at, a word or two: "radio", "clock". */
  about: string;
  state: State;
  says: string;
  /** What to do, in whole sentences; where something should be done. */
  advice?: string;
  /** For machines. */
  fields?: Readonly<Record<string, unknown>>;
}

export function ok(about: string, says: string, fields?: Finding['fields']): Finding {
  return { about, state: 'ok', says, ...(fields === undefined ? {} : { fields }) };
}

export function look(about: string, says: string, advice: string): Finding {
  return { about, state: 'look', says, advice };
}

export function bad(about: string, says: string, advice: string): Finding {
  return { about, state: 'bad', says, advice };
}
