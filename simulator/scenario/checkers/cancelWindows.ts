import { secondMs } from '#protocol/core/time.ts';
import { type Checker, type EventOf, eventsOf, type Trace, type Violation } from './checker.ts';
import { diskTrouble } from './diskTrouble.ts';

/** From the telegram to the row, and from a button to its effect. */
const promptMs = secondMs;
/** A hub that was off may not know how long, and takes some time to start: then the whole window counts anew (B12.1). */
const startMs = 5 * secondMs;
/** A receiver that was just plugged in, or a hub that has just started, may not hear yet. */
const deafMs = 30 * secondMs;

/** A window in which an alarm may be cancelled: from what opened it to its end, on a hub that runs on. */
interface Window {
  name: string;
  fromMs: number;
  toMs: number;
}

/** An alarm that may be cancelled goes out when its window is over, over restarts too, and not when it was (B1.5, B6.6). */
export const checkCancelWindows: Checker = (trace) => {
  if (isAnotherHome(trace)) return [];
  const turns = eventsOf(trace, 'hub');
  const raised = Map.groupBy(
    eventsOf(trace, 'journal').filter(({ report }) => report === 'alarm' || report === 'update'),
    ({ from }) => from,
  );
  const cancels = eventsOf(trace, 'action')
    .filter(({ action }) => action.word === 'button' && action.name === 'cancel')
    .map(({ atMs }) => atMs);
  const isIll = diskTrouble(trace);
  return windowsOf(trace).flatMap((window, place, all) => {
    const { name, fromMs, toMs } = window;
    const cancelMs = cancels.find((atMs) => atMs >= fromMs && atMs <= toMs + startMs);
    const next = all.find((other, index) => index > place && other.name === name)?.fromMs ?? trace.endMs;
    const rows = raised.get(name) ?? [];
    if (cancelMs !== undefined) {
      const wasOff = turns.some(({ atMs }) => atMs >= fromMs && atMs <= cancelMs + promptMs);
      // At one and the same moment either may have come first.
      if (wasOff || cancelMs === fromMs || cancelMs >= toMs - promptMs) return [];
      return rows
        .filter(({ atMs }) => atMs > cancelMs && atMs < Math.min(next, toMs + promptMs))
        .map((row) =>
          wrong(row.atMs, `${name} was cancelled in its window, and was raised all the same`, row.sequence),
        );
    }
    const dueMs = dueTime(toMs, toMs - fromMs, turns) + trace.heldUpMs;
    if (dueMs > trace.endMs || isIll(fromMs, dueMs)) return [];
    if (rows.some(({ atMs }) => atMs > fromMs && atMs <= dueMs)) return [];
    return [wrong(dueMs, `the window of ${name} is over, nobody has cancelled it, and nothing is raised`)];
  });
};

function wrong(atMs: number, message: string, event?: number): Violation {
  return { rule: 'B1.5', atMs, message, ...(event === undefined ? {} : { event }) };
}

/** Who is of the home and what its windows are may have changed. */
function isAnotherHome(trace: Trace): boolean {
  return (
    eventsOf(trace, 'journal').some(({ wiped }) => wiped === true) ||
    eventsOf(trace, 'action').some(
      ({ action }) =>
        (action.word === 'configure' && 'accessories' in action.layer) ||
        (action.word === 'command' && ['forget', 'enrol', 'end', 'exchange', 'take-over'].includes(action.name)),
    )
  );
}

/** When it must have been raised: a hub that was off has the whole time again when it runs. */
function dueTime(toMs: number, lastsMs: number, turns: readonly EventOf<'hub'>[]): number {
  let dueMs = toMs + promptMs;
  for (const { is, atMs } of turns) {
    if (atMs < toMs - lastsMs) continue;
    if (atMs > dueMs) break;
    dueMs = is === 'starting' ? atMs + lastsMs + startMs : Number.POSITIVE_INFINITY;
  }
  return dueMs;
}

/** What certainly opened a window: it was heard by a hub that ran for a while, and goes on running for a moment. */
function windowsOf(trace: Trace): Window[] {
  const lasts = new Map(
    trace.hub.accessories.flatMap(({ name, kind, cancelMs }) =>
      cancelMs > 0 && pressed.includes(kind) ? [[name, cancelMs] as const] : [],
    ),
  );
  const turns = [...eventsOf(trace, 'hub'), ...eventsOf(trace, 'device')];
  const isIll = diskTrouble(trace);
  const noise = eventsOf(trace, 'action').filter(({ action }) => action.word === 'bytes');
  const openUntil = new Map<string, number>();
  return eventsOf(trace, 'telegram').flatMap(({ from, what, copy, heard, atMs }) => {
    const lastsMs = lasts.get(from);
    if (lastsMs === undefined || !what.startsWith('press') || atMs <= (openUntil.get(from) ?? -1)) return [];
    // Later copies, too, may open it, and it may have been open before: what is not certain counts as open for longer.
    openUntil.set(from, atMs + 2 * lastsMs + startMs);
    const isDeaf =
      turns.some((turn) => atMs - turn.atMs < deafMs && turn.atMs - atMs < promptMs) ||
      noise.some((bytes) => Math.abs(bytes.atMs - atMs) < promptMs);
    if (!heard || copy !== 0 || isDeaf || isIll(atMs, atMs + promptMs)) return [];
    return [{ name: from, fromMs: atMs, toMs: atMs + lastsMs }];
  });
}

/** The kinds whose telegram raises whatever the hour. */
const pressed: readonly string[] = ['pendant', 'extra-pendant', 'light-press', 'fall', 'epilepsy', 'voice-trigger'];
