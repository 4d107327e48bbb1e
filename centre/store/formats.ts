import { csvLine } from '#protocol/core/csv.ts';
import { formatMoment } from '#protocol/core/moment.ts';
import { printable } from '#protocol/core/printable.ts';
import type { LogRow } from './reader.ts';
import type { StatisticsRow } from './statistics.ts';

/** How log and statistics are written for people and programs. Each yields whole lines. */

/** A log, in the machine's own time zone. */
export function* logLines(rows: Iterable<LogRow>): Generator<string> {
  for (const { wallMs, kind, words } of rows) yield `${formatMoment(wallMs)} ${kind.padEnd(11)} ${printable(words)}\n`;
}

/** A JSON array with one entry a line; times in UTC. */
export function* logJson(rows: Iterable<LogRow>): Generator<string> {
  yield* jsonArray(mapped(rows));
}

function* mapped(rows: Iterable<LogRow>): Generator<object> {
  for (const { wallMs, hub, ref, cause, ...row } of rows) {
    yield { ...row, time: new Date(wallMs).toISOString(), ...(hub === null ? {} : { hub }), ...namedOf(ref, cause) };
  }
}

function namedOf(ref: string | null, cause: string | null): object {
  return { ...(ref === null ? {} : { ref }), ...(cause === null ? {} : { cause }) };
}

export function* logCsv(rows: Iterable<LogRow>): Generator<string> {
  yield csvLine(['seq', 'time', 'kind', 'hub', 'ref', 'cause', 'words', 'body']);
  for (const { seq, wallMs, kind, hub, ref, cause, words, body } of rows) {
    const time = new Date(wallMs).toISOString();
    yield csvLine([seq, time, kind, hub ?? '', ref ?? '', cause ?? '', words, JSON.stringify(body)]);
  }
}

const columns = [
  ['unit', 'unit'],
  ['month', 'month'],
  ['newInstallations', 'new'],
  ['endedInstallations', 'ended'],
  ['alarms', 'alarms'],
  ['answered', 'answered'],
  ['meanAnswerS', 'mean answer, s'],
  ['faults', 'faults'],
  ['dispatches', 'dispatches'],
] as const satisfies readonly (readonly [keyof StatisticsRow, string])[];

/** A table for people, aligned. */
export function* statisticsLines(rows: readonly StatisticsRow[]): Generator<string> {
  const cells = [columns.map(([, head]) => head), ...rows.map(cellsOf)];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  for (const line of cells) {
    const padded = line.map((cell, index) =>
      index < 2 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
    );
    yield `${printable(padded.join('  ')).trimEnd()}\n`;
  }
}

export function* statisticsJson(rows: readonly StatisticsRow[]): Generator<string> {
  yield* jsonArray(rows);
}

export function* statisticsCsv(rows: readonly StatisticsRow[]): Generator<string> {
  yield csvLine(columns.map(([key]) => key));
  for (const row of rows) yield csvLine(cellsOf(row));
}

function cellsOf(row: StatisticsRow): string[] {
  return columns.map(([key]) => String(row[key] ?? ''));
}

function* jsonArray(values: Iterable<object>): Generator<string> {
  let before = '[\n';
  for (const value of values) {
    yield `${before}${JSON.stringify(value)}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
