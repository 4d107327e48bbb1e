import { dayMs } from '#protocol/core/time.ts';
import type { Entry, EntryBody, Kept, PendingReport, ReportBody, Stamp } from '#agent/hub/ports.ts';
import { JournalError } from './errors.ts';

/** Most characters of an entry's body, as JSON. A record is four thousand at most. */
export const bodyLimit = 65_536;

/** The columns of a row of `event`, and how they become what the rest of the agent knows. */
export interface StampRow {
  boot: string;
  monotonicMs: number;
  wallMs: number;
  trusted: 0 | 1;
}

export interface PendingRow extends StampRow {
  seq: number;
  ref: string;
  priority: number;
  body: string;
}

/** A row of `kept`. Without a value it is to be taken away. */
export interface KeptRow {
  key: string;
  value: string | null;
}

/** @throws JournalError `journal/refused` when it is over the limit. */
export function bodyOf(entry: Entry): string {
  const body = JSON.stringify(entry.body);
  if (body.length > bodyLimit) {
    throw new JournalError(
      'journal/refused',
      `a ${entry.kind} of ${body.length} characters; ${bodyLimit} is the limit`,
    );
  }
  return body;
}

/** @throws JournalError `journal/refused` when it is over the limit. */
export function toKeptRow({ key, value }: Kept): KeptRow {
  const text = value === undefined ? null : JSON.stringify(value);
  if (text !== null && text.length > bodyLimit) {
    throw new JournalError('journal/refused', `${key} has ${text.length} characters; ${bodyLimit} is the limit`);
  }
  return { key, value: text };
}

/** @throws JournalError `journal/damaged` when the value is not JSON. */
export function toKept({ key, value }: KeptRow, file: string): Kept {
  try {
    return { key, value: value === null ? undefined : (JSON.parse(value) as unknown) };
  } catch (error) {
    throw new JournalError('journal/damaged', `${file}: what is kept as ${key} cannot be read`, error);
  }
}

export function toStamp({ boot, monotonicMs, wallMs, trusted }: StampRow): Stamp {
  const ranMs = Math.max(0, Math.min(runLimitMs, monotonicMs));
  return { boot, monotonicMs: ranMs, wallMs: withinDates(wallMs), trusted: trusted === 1 };
}

/** No machine runs for longer: a hundred years. */
const runLimitMs = 36_525 * dayMs;

/** The last moment that a date of JavaScript can be, and the first: ECMAScript 21.4.1.1, in milliseconds since 1970. */
const dateLimitMs = 8_640_000_000_000_000;

/** A bit that has fallen over in a file makes a moment that no calendar has; whoever shows it would end by it. */
export function withinDates(wallMs: number): number {
  return Math.max(-dateLimitMs, Math.min(dateLimitMs, wallMs));
}

/** @throws JournalError `journal/damaged` when the body is not a report's. */
export function toPending(row: PendingRow, file: string): PendingReport {
  const body = toBody(row.body, row.seq, file);
  if (!isReportBody(body)) {
    throw new JournalError('journal/damaged', `${file}: entry ${row.seq} is not a report`);
  }
  return { seq: row.seq, ref: row.ref, priority: row.priority, stamp: toStamp(row), body };
}

/** @throws JournalError `journal/damaged` when the text is not a JSON object. */
export function toBody(text: string, seq: number, file: string): EntryBody {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new JournalError('journal/damaged', `${file}: the body of entry ${seq} cannot be read`, error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new JournalError('journal/damaged', `${file}: the body of entry ${seq} is not an object`);
  }
  return { ...value };
}

export function isReportBody(body: object): body is ReportBody {
  return (
    'record' in body && typeof body.record === 'string' && 'buffered' in body && typeof body.buffered === 'boolean'
  );
}
