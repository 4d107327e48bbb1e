import { alarmPriority } from '#agent/hub/ports.ts';
import { openPages, type Pages } from './pages.ts';
import { type PageContent, type PageRecord, readPage } from './records.ts';
import { isReportBody } from './rows.ts';
import { decodeRecord } from '#protocol/mqtt/record.ts';

/** A row of `event` as it lies in the file. */
export interface EventLine {
  seq: number;
  boot: string;
  monotonicMs: number;
  wallMs: number;
  trusted: 0 | 1;
  kind: string;
  ref: string | null;
  body: string;
  rank: number;
}

/** What can be read of a journal page by page, whatever is damaged between them. */
export interface Remains {
  /** What waits: reference, row and priority. */
  outbox: ReadonlyMap<string, { seq: number; priority: number }>;
  kept: ReadonlyMap<string, string>;
  /** The highest number that any row had, readable or not: those to come go on behind it. */
  lastSeq: number;
  /** The newest event that can be read. */
  lastEvent: number;
  events: number;
  /** Pages and rows that cannot be read, as far as that shows. */
  lostPages: number;
  lostRows: number;
  /** Of what waited, the references of which nothing but that can be read. */
  lostReports: readonly string[];
  lostAlarms: number;
  /** The events, page by page, in no order. */
  lines(): Generator<EventLine>;
  close(): void;
}

/** Reads what is there of a journal and its log. It writes nothing and throws nothing: what cannot be read is not there. */
export function readRemains(file: string): Remains {
  const pages = openPages(file);
  const free = freePages(pages);
  const found = {
    outbox: new Map<string, { seq: number; priority: number }>(),
    kept: new Map<string, string>(),
    reports: new Map<string, { seq: number; priority: number }>(),
    settled: new Set<string>(),
    goesOn: new Set<number>(),
    strange: [] as number[],
    lastSeq: 0,
    lastEvent: 0,
    events: 0,
    lostRows: 0,
    isOld: false,
  };
  for (const { number, content, isNewest } of contents(pages, free)) {
    if (content === undefined) {
      found.strange.push(number);
      continue;
    }
    found.isOld ||= !isNewest;
    found.lostRows += content.unreadable;
    content.goesOn.forEach((page) => found.goesOn.add(page));
    for (const record of content.records) take(record);
  }
  const lostPages = found.strange.filter((page) => !found.goesOn.has(page)).length;
  // What waits may be on what is lost: then whatever nobody has settled waits, and a centre that has it says so (B2.5).
  const isInDoubt = lostPages > 0 || found.lostRows > 0 || found.isOld || pages.logIsDamaged;
  for (const [ref, report] of found.reports) {
    if (isInDoubt && !found.settled.has(ref) && !found.outbox.has(ref)) found.outbox.set(ref, report);
  }
  const lostReports = [...found.outbox.keys()].filter((ref) => !found.reports.has(ref));
  const lostAlarms = lostReports.filter((ref) => (found.outbox.get(ref)?.priority ?? 0) >= alarmPriority).length;
  lostReports.forEach((ref) => found.outbox.delete(ref));

  function take(record: PageRecord): void {
    const line = eventOf(record);
    if (line !== undefined) {
      found.events += 1;
      found.lastSeq = Math.max(found.lastSeq, line.seq);
      found.lastEvent = Math.max(found.lastEvent, line.seq);
      if (line.ref === null) return;
      const { seq, ref } = line;
      if (line.kind === 'report') found.reports.set(ref, { seq, priority: priorityOf(line.body) });
      else if (line.kind === 'acknowledged' || line.kind === 'superseded') found.settled.add(ref);
      return;
    }
    const [first, second, third] = record.values;
    const count = record.values.length;
    if (record.rowId !== undefined) return;
    if (count === 2 && typeof first === 'string' && typeof second === 'string') {
      if (isJson(second) && !found.kept.has(first)) found.kept.set(first, second);
    } else if (count === 3 && isReference(first) && isCount(second) && isPriority(third)) {
      found.outbox.set(first, { seq: second, priority: third });
      found.lastSeq = Math.max(found.lastSeq, second);
    } else if (count === 2 && typeof first === 'number' && isCount(second)) {
      // The index of what may go: the number of a row, be it readable or not.
      found.lastSeq = Math.max(found.lastSeq, second);
    }
  }

  const { outbox, kept, lastSeq, lastEvent, events, lostRows } = found;
  return {
    outbox,
    kept,
    lastSeq,
    lastEvent,
    events,
    lostPages,
    lostRows,
    lostReports,
    lostAlarms,
    *lines() {
      for (const { content } of contents(pages, free)) {
        for (const record of content?.records ?? []) {
          const line = eventOf(record);
          if (line !== undefined) yield line;
        }
      }
    },
    close: pages.close,
  };
}

interface NumberedContent {
  number: number;
  content: PageContent | undefined;
  isNewest: boolean;
}

/** Each page as it was last, or as it was before where that cannot be read. */
function* contents(pages: Pages, free: ReadonlySet<number>): Generator<NumberedContent> {
  for (let number = 1; number <= pages.count; number += 1) {
    if (free.has(number)) continue;
    let content: PageContent | undefined;
    let isNewest = true;
    for (const bytes of pages.versions(number)) {
      content = readPage(pages, number, bytes);
      if (content !== undefined) break;
      isNewest = false;
    }
    yield { number, content, isNewest: isNewest || content === undefined };
  }
}

/** Pages that are in no table any more; what they say is of yesterday. */
function freePages(pages: Pages): ReadonlySet<number> {
  const free = new Set<number>();
  const [header] = pages.versions(1);
  let trunk = header === undefined ? 0 : viewOf(header).getUint32(32);
  while (trunk > 0 && trunk <= pages.count && !free.has(trunk)) {
    free.add(trunk);
    const [page] = pages.versions(trunk);
    if (page === undefined) break;
    const view = viewOf(page);
    const leaves = Math.min(view.getUint32(4), (pages.usableBytes - 8) / 4);
    for (let index = 0; index < leaves; index += 1) {
      const leaf = view.getUint32(8 + index * 4);
      if (leaf > 1) free.add(leaf);
    }
    trunk = view.getUint32(0);
  }
  return free;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A row of `event` of any version of the schema; the first had no rank. */
function eventOf({ rowId, values }: PageRecord): EventLine | undefined {
  const [, boot, monotonicMs, wallMs, trusted, kind, ref = null, body, rank = 3] = values;
  const fits =
    isCount(rowId) &&
    values.length >= 8 &&
    typeof boot === 'string' &&
    Number.isSafeInteger(monotonicMs) &&
    Number.isSafeInteger(wallMs) &&
    (trusted === 0 || trusted === 1) &&
    typeof kind === 'string' &&
    /^[a-z-]{1,32}$/u.test(kind) &&
    (ref === null || isReference(ref)) &&
    typeof body === 'string' &&
    isBody(kind, body) &&
    typeof rank === 'number';
  if (!fits) return undefined;
  return {
    seq: rowId,
    boot,
    monotonicMs: Number(monotonicMs),
    wallMs: Number(wallMs),
    trusted,
    kind,
    ref,
    body,
    rank,
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function isPriority(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 9;
}

function isReference(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 64;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The same as rows.ts asks for: what is salvaged must not be called damaged afterwards. */
function isBody(kind: string, text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
    return kind !== 'report' || isReportBody(body);
  } catch {
    return false;
  }
}

/** An alarm's, where the record cannot be read: it goes first then. */
function priorityOf(body: string): number {
  const report: unknown = JSON.parse(body);
  const isReport = typeof report === 'object' && report !== null && isReportBody(report);
  const read = isReport ? decodeRecord(report.record) : undefined;
  return read?.ok === true ? read.value.pri : alarmPriority;
}
