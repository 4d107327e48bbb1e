import { recordOf } from '#agent/journal/formats.ts';
import type { JournalEvent } from '#agent/journal/reader.ts';
import { formatMoment } from '#protocol/core/moment.ts';
import { printable } from '#protocol/core/printable.ts';
import { codeWords, statusCodes } from '#protocol/scaip/codes.ts';

/** How entries of the journal are written for people. Yields whole lines. */

const clockMarks = { set: ' ', 'worked-out': '~', unset: '?' } as const;

export const timeLegend = '~ worked out after the clock was set, ? by a clock that was not set';

/** One aligned line an entry. */
export function* listLines(events: Iterable<JournalEvent>): Generator<string> {
  for (const event of events) {
    const { seq, kind, ref = '-', wallMs, clock } = event;
    const columns = [
      String(seq).padStart(7),
      formatMoment(wallMs) + clockMarks[clock],
      kind.padEnd(12),
      ref.padEnd(16),
    ];
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
