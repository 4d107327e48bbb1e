import type { Measure } from './benchmark.ts';
import { type Summary, summarize } from './pairs.ts';

/** A measure with its verdict. Targets are told, never asserted: the machine at hand decides what is quick. */
export interface Result extends Omit<Measure, 'pairs'>, Summary {
  pairs: number;
  verdict: 'met' | 'missed';
}

export function toResult({ name, what, unit, pairs, target }: Measure): Result {
  const summary = summarize(pairs);
  return { name, what, unit, target, pairs: pairs.length, ...summary, verdict: verdictOn(summary.ratio, target) };
}

function verdictOn(ratio: number, target: number): Result['verdict'] {
  return ratio <= target ? 'met' : 'missed';
}

const headings = ['name', 'what', 'floor', 'measured', 'ratio', 'spread', 'target', 'verdict'];
/** Words stand at the left of their column, figures at the right. */
const figures = new Set(['floor', 'measured', 'ratio', 'spread', 'target']);

/** The lines of a table for people. */
export function tableOf(results: readonly Result[]): string[] {
  const rows = [headings, ...results.map(cellsOf)];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return figures.has(headings[column] ?? '') ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

function cellsOf({ name, what, unit, floor, measured, ratio, lowest, highest, target, verdict }: Result): string[] {
  return [
    name,
    what,
    amountOf(floor, unit),
    amountOf(measured, unit),
    ratio.toFixed(2),
    `${lowest.toFixed(2)}–${highest.toFixed(2)}`,
    `≤ ${target.toFixed(1)}`,
    verdict,
  ];
}

function amountOf(value: number, unit: Measure['unit']): string {
  const decimals = { ms: value < 10 ? 3 : 1, MB: 1, B: 0, '%': 3 }[unit];
  return `${value.toFixed(decimals)} ${unit}`;
}
