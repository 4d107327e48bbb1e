import { success } from '#protocol/core/result.ts';
import type { Checker, Trace } from '#simulator/scenario/checkers/checker.ts';
import { usualHabits } from '#simulator/world/centreHabits.ts';
import { type Action, type JournalRowEvent, stateAtBegin } from '#simulator/world/world.ts';
import { type Happening, scenarioOf } from './handWorld.ts';

/** The rules that a trace of a usual home breaks, in a checker's eyes; the trace ends after 5 minutes unless it says otherwise. */
export function brokenBy(check: Checker, happenings: readonly Happening[], changes: Partial<Trace> = {}): string[] {
  return check({
    events: happenings.map((happening, index) => ({ sequence: index + 1, ...happening })),
    endMs: 300_000,
    heldUpMs: 0,
    state: stateAtBegin,
    sizes: { journalBytes: 100_000, timers: 50 },
    hub: scenarioOf('press: pendant').hub,
    centre: usualHabits,
    journal: success([]),
    ...changes,
  }).map(({ rule }) => rule);
}

/** Somebody does something. */
export function did(atMs: number, action: Action): Happening {
  return { kind: 'action', atMs, action };
}

/** A report is committed; the pendant's alarm unless it says otherwise. */
export function committed(atMs: number, ref: string, changes: Partial<JournalRowEvent> = {}): Happening {
  const alarm = { report: 'alarm', from: 'pendant', status: 10, priority: 8 };
  return { kind: 'journal', atMs, row: 1, entry: 'report', ref, ...alarm, ...changes };
}

/** A report's acknowledgement is committed. */
export function acknowledged(atMs: number, ref: string): Happening {
  return { kind: 'journal', atMs, row: 2, entry: 'acknowledged', ref };
}
