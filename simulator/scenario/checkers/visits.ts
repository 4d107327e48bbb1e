import { minuteMs } from '#protocol/core/time.ts';
import { statusCodes } from '#protocol/scaip/codes.ts';
import { type Checker, type EventOf, eventsOf, type Trace, type Violation } from './checker.ts';
import { clearWays } from './clearWay.ts';
import { diskTrouble } from './diskTrouble.ts';

/** Who comes goes once, and the centre hears of both in their order (B9, H10). */
export const checkVisits: Checker = (trace) => [...unpaired(trace), ...outOfOrder(trace)];

type Row = EventOf<'journal'>;

/**
 * After a check-in comes its check-out, unless the centre has closed the visit. A disk in trouble does not take the line
 * that says so: lines of the story are not written later.
 */
function unpaired(trace: Trace): Violation[] {
  const rows = eventsOf(trace, 'journal');
  const isUnreadable = diskTrouble(trace);
  const violations: Violation[] = [];
  let isOpen = false;
  let lastMs = 0;
  rows.forEach((row, place) => {
    if (row.wiped === true || isClosing(rows, place)) isOpen = false;
    if (row.report !== 'visit') return;
    const comes = row.status !== statusCodes.checkOut.code;
    const mayBeClosed = comes && isUnreadable(lastMs, row.atMs);
    lastMs = row.atMs;
    if (comes === isOpen && !mayBeClosed) {
      const message = comes ? 'somebody came while a visit was open' : 'somebody went, but no visit was open';
      violations.push({ rule: 'B9.2', atMs: row.atMs, message, event: row.sequence });
    }
    isOpen = comes;
  });
  return violations;
}

/** A row of a visit beside no report of one: the centre closed it. */
function isClosing(rows: readonly Row[], place: number): boolean {
  const row = rows[place];
  const isBeside = [rows[place - 1], rows[place + 1]].some(
    (other) => other?.report === 'visit' && other.atMs === row?.atMs,
  );
  return row?.entry === 'visit' && !isBeside;
}

/** What was under way on a bad link is known to be lost after this. */
const settleMs = minuteMs;

/** While the way is clear, of two that wait the first comes first. */
function outOfOrder(trace: Trace): Violation[] {
  const isUnreadable = diskTrouble(trace);
  const ways = clearWays(trace, 'primary');
  const arrivedMs = new Map<string, number>();
  for (const { ref, atMs, report } of eventsOf(trace, 'arrival')) {
    if (report === 'visit' && !arrivedMs.has(ref)) arrivedMs.set(ref, atMs);
  }
  const isSteady = (fromMs: number, toMs: number): boolean =>
    ways.some((way) => way.fromMs + (way.byConnection ? 0 : settleMs) <= fromMs && toMs < way.toMs) &&
    !isUnreadable(fromMs - settleMs, toMs);
  let before: { ref: string; hereMs: number } | undefined;
  return eventsOf(trace, 'journal').flatMap(({ report, ref = '', sequence }) => {
    const hereMs = arrivedMs.get(ref);
    if (report !== 'visit' || hereMs === undefined) return [];
    const last = before;
    before = { ref, hereMs };
    if (last === undefined || hereMs >= last.hereMs || !isSteady(hereMs, last.hereMs)) return [];
    const message = `visit ${ref} arrived before ${last.ref}, which was committed before it`;
    return [{ rule: 'B9.1', atMs: hereMs, message, event: sequence }];
  });
}
