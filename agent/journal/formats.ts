import { decodeRecord, type ReportRecord } from '#protocol/mqtt/record.ts';
import type { JournalEvent } from './reader.ts';

/** How entries of the journal are written for programs, in a file or on the way to a centre. */

/** The record of a report; nothing for every other entry. */
export function recordOf(event: JournalEvent): ReportRecord | undefined {
  const text = event.kind === 'report' ? event.body['record'] : undefined;
  const read = typeof text === 'string' ? decodeRecord(text) : undefined;
  return read?.ok === true ? read.value : undefined;
}

/** An entry as programs read it; times in UTC. */
export function toJson({ seq, kind, ref, wallMs, clock, stamp, body }: JournalEvent): Record<string, unknown> {
  const { boot, monotonicMs } = stamp;
  const time = new Date(wallMs).toISOString();
  return { seq, time, clock, kind, ...(ref === undefined ? {} : { ref }), boot, monotonicMs, body };
}

/** A JSON array with one entry a line. */
export function* jsonLines(events: Iterable<JournalEvent>): Generator<string> {
  let before = '[\n';
  for (const event of events) {
    yield `${before}${JSON.stringify(toJson(event))}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

const csvColumns = [
  'seq',
  'time',
  'clock',
  'kind',
  'ref',
  'report',
  'from',
  'status',
  'priority',
  'boot',
  'monotonicMs',
  'body',
] as const;

/** The line of a CSV file that names its columns. */
export const csvHead = csvLine(csvColumns);

/** CSV by RFC 4180: lines end in CR LF, cells are quoted where they need it. */
export function* csvLines(events: Iterable<JournalEvent>): Generator<string> {
  yield csvHead;
  for (const event of events) yield csvEntry(event);
}

/** One entry as a line of CSV. */
export function csvEntry(event: JournalEvent): string {
  const { seq, kind, ref = '', wallMs, clock, stamp, body } = event;
  const record = recordOf(event);
  const told = [record?.report ?? '', record?.from ?? '', record?.stc ?? '', record?.pri ?? ''];
  const time = new Date(wallMs).toISOString();
  return csvLine([seq, time, clock, kind, ref, ...told, stamp.boot, stamp.monotonicMs, JSON.stringify(body)]);
}

function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map((cell) => (typeof cell === 'number' ? String(cell) : csvCell(cell))).join(',')}\r\n`;
}

/** A text that a spreadsheet would take for a formula gets an apostrophe in front, as spreadsheets themselves do it. */
function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
