import { secondMs } from '#protocol/core/time.ts';
import { statusCodes } from '#protocol/scaip/codes.ts';
import { type Checker, type EventOf, eventsOf, type Trace, type Violation } from './checker.ts';
import { diskTrouble, owedMs } from './diskTrouble.ts';
import { ranSteadily } from './steady.ts';

/** From the telegram or the end of the time to the row. */
const promptMs = 2 * secondMs;
/** A hub that has just started, or a receiver that was just plugged in, may not hear yet. */
const deafMs = 30 * secondMs;

/** A guard tells once of what is there, and tells when it lasts (B8). Where staff are, or come, is another matter (B8.4). */
export const checkGuards: Checker = (trace) => [...toldAgain(trace), ...neverTold(trace)];

/** Movement is raised again only when nobody moved in between. */
function toldAgain(trace: Trace): Violation[] {
  const told = new Map<string, EventOf<'journal'>>();
  const isIll = diskTrouble(trace);
  return trace.events.flatMap((event) => {
    const { kind } = event;
    if (kind === 'hub' || isVisit(event) || (kind === 'action' && others.includes(event.action.word))) told.clear();
    if (kind === 'action' && event.action.word === 'still') told.delete(event.action.name);
    if (kind !== 'journal' || event.entry !== 'report' || event.status !== statusCodes.movement.code) return [];
    if (event.report !== 'alarm' && event.report !== 'update') return [];
    const { from = '', ref = '', atMs, sequence } = event;
    const before = told.get(from);
    told.set(from, event);
    // What a bad disk could not take has its row late, and whoever stood still meanwhile is forgotten.
    if (before === undefined || isIll(before.atMs - owedMs, atMs)) return [];
    const message = `${ref} tells again that somebody moves at ${from}, who was told of already`;
    return [{ rule: 'B8', atMs, message, event: sequence }];
  });
}

/** What changes who is to be guarded, or how it is seen. */
const others: readonly string[] = ['configure', 'command', 'bytes', 'disk', 'unplug', 'plug'];

function isVisit(event: Trace['events'][number]): boolean {
  return event.kind === 'journal' && (event.entry === 'visit' || event.report === 'visit');
}

/** A door whose opening was an alarm is one that is guarded: it must not stay open. */
function neverTold(trace: Trace): Violation[] {
  const isSteady = ranSteadily(trace);
  const rows = eventsOf(trace, 'journal').filter(({ report }) => report === 'alarm' || report === 'update');
  const doors = trace.hub.accessories.filter(({ kind }) => kind === 'door');
  return doors.flatMap(({ name, openTooLongMs }) => {
    const moves = eventsOf(trace, 'telegram').filter(({ from, copy }) => from === name && copy === 0);
    return moves.flatMap(({ what, heard, atMs }, place) => {
      const dueMs = atMs + openTooLongMs + promptMs;
      const opens = heard && what.startsWith('open');
      const raised = rows.some((row) => isOf(row, name, statusCodes.open.code, atMs, atMs + promptMs));
      if (!opens || !raised || !isSteady(Math.max(0, atMs - deafMs), dueMs)) return [];
      const isSame = moves.slice(place + 1).every((move) => move.atMs > dueMs || move.what === 'alive');
      if (!isSame || isDisturbed(trace, atMs - deafMs, dueMs)) return [];
      if (rows.some((row) => isOf(row, name, statusCodes.openTooLong.code, atMs, dueMs))) return [];
      return [{ rule: 'B8', atMs: dueMs, message: `${name} is open for ${openTooLongMs} ms, and it is not told` }];
    });
  });
}

function isOf(row: EventOf<'journal'>, name: string, status: number, fromMs: number, toMs: number): boolean {
  return row.from === name && row.status === status && row.atMs >= fromMs && row.atMs <= toMs;
}

function isDisturbed({ events }: Trace, fromMs: number, toMs: number): boolean {
  return events.some(
    (event) =>
      event.atMs >= fromMs &&
      event.atMs <= toMs &&
      (isVisit(event) || event.kind === 'device' || (event.kind === 'action' && others.includes(event.action.word))),
  );
}
