import { csvLine } from '#protocol/core/csv.ts';
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

/** A CSV file, line by line. */
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
