import { emit, setup } from 'xstate';

/** An alarm that may be cancelled before it goes out (B1.5). */
export const cancelWindowChart = setup({
  types: { events: {} as CancelWindowEvent, emitted: {} as CancelWindowDecision },
}).createMachine({
  id: 'cancelWindow',
  initial: 'shut',
  states: {
    shut: {
      on: {
        triggered: { target: 'open', actions: emit({ type: 'announce' }) },
        restored: { target: 'open', actions: emit({ type: 'show' }) },
      },
    },
    open: {
      on: {
        cancelled: { target: 'shut', actions: emit({ type: 'cancel' }) },
        due: { target: 'shut', actions: emit({ type: 'raise' }) },
      },
    },
  },
});

export type CancelWindowEvent =
  | { type: 'triggered' }
  /** The cancel button of the hub. */
  | { type: 'cancelled' }
  | { type: 'due' }
  /** It was open before the restart. */
  | { type: 'restored' };

export type CancelWindowDecision =
  | { type: 'announce' }
  /** It is shown again; it was announced before the restart. */
  | { type: 'show' }
  | { type: 'cancel' }
  | { type: 'raise' };
