import { emit, setup } from 'xstate';

/** The visit at the home: one at a time, from the tag that checks in to the next that checks out (B9). */
export const visitChart = setup({
  types: {
    events: {} as VisitEvent,
    emitted: {} as VisitDecision,
  },
}).createMachine({
  id: 'visit',
  initial: 'none',
  states: {
    none: {
      on: {
        tag: { target: 'open', actions: emit(({ event }) => ({ type: 'in', uponAlarm: event.awaited })) },
        // The centre acknowledges in place of a check-in (H22): there must have been something to come for.
        closedByCentre: [
          { guard: ({ event }) => event.awaited, actions: emit({ type: 'awaited-closed' }) },
          { actions: emit({ type: 'nothing-to-close' }) },
        ],
        restored: [{ guard: ({ event }) => event.overdue, target: 'overdue' }, { target: 'open' }],
      },
    },
    open: {
      on: {
        tag: { target: 'none', actions: emit({ type: 'out' }) },
        closedByCentre: { target: 'none', actions: emit({ type: 'closed' }) },
        due: { target: 'overdue', actions: emit({ type: 'overdue' }) },
      },
    },
    // Said once (B9.3).
    overdue: {
      on: {
        tag: { target: 'none', actions: emit({ type: 'out' }) },
        closedByCentre: { target: 'none', actions: emit({ type: 'closed' }) },
      },
    },
  },
});

export type VisitEvent =
  /** A known tag of the staff; whether an alarm awaits a visit. */
  | { type: 'tag'; awaited: boolean }
  | { type: 'closedByCentre'; awaited: boolean }
  /** It has been open for long. */
  | { type: 'due' }
  /** It was open before the restart; whether that had been said to be long. */
  | { type: 'restored'; overdue: boolean };

export type VisitDecision =
  | { type: 'in'; uponAlarm: boolean }
  | { type: 'out' }
  | { type: 'overdue' }
  | { type: 'closed' }
  /** Nobody had checked in; the centre has acknowledged the visit that an alarm awaits. */
  | { type: 'awaited-closed' }
  | { type: 'nothing-to-close' };
