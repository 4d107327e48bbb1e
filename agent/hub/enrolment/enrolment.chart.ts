import { emit, setup } from 'xstate';

/** The window in which accessories may be taught in (B14.2). It is opened on purpose and closes by itself. */
export const enrolmentChart = setup({
  types: {
    events: {} as EnrolmentEvent,
    emitted: {} as EnrolmentDecision,
  },
}).createMachine({
  id: 'enrolment',
  initial: 'closed',
  states: {
    closed: {
      on: { open: { target: 'open', actions: emit({ type: 'open' }) }, restored: 'open' },
    },
    open: {
      on: {
        // For another accessory, and for its whole time again.
        open: { actions: emit({ type: 'open' }) },
        taughtIn: [
          { guard: ({ event }) => event.last, target: 'closed', actions: emit({ type: 'enrol' }) },
          { actions: emit({ type: 'enrol' }) },
        ],
        close: { target: 'closed', actions: emit({ type: 'close' }) },
        due: { target: 'closed', actions: emit({ type: 'close' }) },
      },
    },
  },
});

export type EnrolmentEvent =
  | { type: 'open' }
  /** A new accessory was taught in; whether it is the one that the window was opened for. */
  | { type: 'taughtIn'; last: boolean }
  | { type: 'close' }
  | { type: 'due' }
  /** It was open before the restart. */
  | { type: 'restored' };

export type EnrolmentDecision = { type: 'open' } | { type: 'enrol' } | { type: 'close' };
