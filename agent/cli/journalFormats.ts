import type { JournalEvent } from '#agent/journal/reader.ts';
import { decodeRecord, type ReportRecord } from '#protocol/mqtt/record.ts';
import { codeWords, statusCodes } from '#protocol/scaip/codes.ts';

/** How entries of the journal are written: lines for people, JSON and CSV for programs. Each yields whole lines. */

const clockMarks = { set: ' ', 'worked-out': '~', unset: '?' } as const;

export const timeLegend = '~ worked out after the clock was set, ? by a clock that was not set';

/** One aligned line an entry. */
export function* listLines(events: Iterable<JournalEvent>): Generator<string> {
  for (const event of events) {
    const { seq, kind, ref = '-', wallMs, clock } = event;
    const columns = [String(seq).padStart(7), localTime(wallMs) + clockMarks[clock], kind.padEnd(12), ref.padEnd(16)];
    yield `${printable([...columns, summary(event)].join(' ')).trimEnd()}\n`;
  }
}

/** What happened, in a few words. */
function summary(event: JournalEvent): string {
  if (event.kind === 'acknowledged') return acknowledgement(event.body);
  const record = recordOf(event);
  if (record === undefined) return pairs(event.body);
  const parts = [`${record.report} from ${record.from}`, codeWords(statusCodes, record.stc), `priority ${record.pri}`];
  if (record.lte !== undefined) parts.push(record.lte);
  if (record.of !== undefined) parts.push(`of ${record.of}`);
  if (record.presses !== undefined) parts.push(`${record.presses} presses`);
  if (event.body['buffered'] === true) parts.push('buffered');
  return parts.join(', ');
}

function recordOf(event: JournalEvent): ReportRecord | undefined {
  const text = event.kind === 'report' ? event.body['record'] : undefined;
  const read = typeof text === 'string' ? decodeRecord(text) : undefined;
  return read?.ok === true ? read.value : undefined;
}

function acknowledgement({ path, key }: JournalEvent['body']): string {
  return `by the ${String(path)} centre, ${typeof key === 'string' ? `signed with key ${key}` : 'unsigned'}`;
}

function pairs(body: JournalEvent['body']): string {
  return Object.entries(body)
    .map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

/** What is in the journal came from outside in part: it must not steer the terminal. */
function printable(text: string): string {
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/gu,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** ISO 8601 in the machine's own time zone, with its offset, so that it is right in a report as well as on the spot. */
function localTime(wallMs: number): string {
  const date = new Date(wallMs);
  const offsetMinutes = -date.getTimezoneOffset();
  const shifted = new Date(wallMs + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const hours = String(Math.floor(Math.abs(offsetMinutes) / 60)).padStart(2, '0');
  const minutes = String(Math.abs(offsetMinutes) % 60).padStart(2, '0');
  return `${shifted}${offsetMinutes < 0 ? '-' : '+'}${hours}:${minutes}`;
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

/** CSV by RFC 4180: lines end in CR LF, cells are quoted where they need it. */
export function* csvLines(events: Iterable<JournalEvent>): Generator<string> {
  yield csvLine(csvColumns);
  for (const event of events) {
    const { seq, kind, ref = '', wallMs, clock, stamp, body } = event;
    const record = recordOf(event);
    const told = [record?.report ?? '', record?.from ?? '', record?.stc ?? '', record?.pri ?? ''];
    const time = new Date(wallMs).toISOString();
    yield csvLine([seq, time, clock, kind, ref, ...told, stamp.boot, stamp.monotonicMs, JSON.stringify(body)]);
  }
}

function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map((cell) => (typeof cell === 'number' ? String(cell) : csvCell(cell))).join(',')}\r\n`;
}

/** A text that a spreadsheet would take for a formula gets an apostrophe in front, as spreadsheets themselves do it. */
function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
