import { recordOf } from '#agent/journal/formats.ts';
import type { JournalEvent } from '#agent/journal/reader.ts';
import { codeWords, statusCodes } from '#protocol/scaip/codes.ts';

/** How entries of the journal are written for people. Yields whole lines. */

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
