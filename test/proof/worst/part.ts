import { textTable } from '#test/textTable.ts';

/** What one part of the proof came to: a row for each kind of trouble. */
export interface Part {
  rows: readonly Row[];
  /** What should not have been, for people; empty when the proof holds. */
  wrong: readonly string[];
}

export interface Row {
  trouble: string;
  /** How often it was tried. */
  times: number;
  /** What was measured, in words. */
  came: string;
}

export function tableOf({ rows }: Part): string[] {
  return textTable(
    ['trouble', 'times', 'what came of it'],
    rows.map(({ trouble, times, came }) => [trouble, times, came]),
  );
}

/** A line for each row, or one for all where there are many. */
export function totalsOf({ rows, wrong }: Part): string[] {
  if (rows.length <= linesLimit) return rows.map(({ trouble, times, came }) => `${times} × ${trouble}: ${came}`);
  const times = rows.reduce((sum, row) => sum + row.times, 0);
  return [`${times} tries of ${rows.length} kinds of trouble, ${wrong.length} of them wrong`];
}

const linesLimit = 8;
