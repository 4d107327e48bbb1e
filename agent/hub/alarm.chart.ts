import { assign, emit, setup } from 'xstate';

/**
 * One alarm, from the press to the centre's acknowledgement (B1.1, B1.3). The chart decides; what it emits is done by
 * the hub: first a row in the journal, then everything else. `restored` rebuilds it from its row after a restart.
 */
export const alarmChart = setup({
  types: {
    context: {} as { presses: number },
    events: {} as AlarmEvent,
    emitted: {} as AlarmDecision,
  },
}).createMachine({
  id: 'alarm',
  context: { presses: 0 },
  initial: 'new',
  states: {
    new: {
      on: {
        pressed: { target: 'waiting', actions: [assign({ presses: 1 }), emit({ type: 'raise' })] },
        restored: { target: 'waiting', actions: assign({ presses: ({ event }) => event.presses }) },
      },
    },
    waiting: {
      on: {
        pressed: {
          actions: [
            assign({ presses: ({ context }) => context.presses + 1 }),
            emit(({ context }) => ({ type: 'update', presses: context.presses })),
          ],
        },
        moved: { actions: emit(({ context }) => ({ type: 'update', presses: context.presses })) },
        // Its update is rebuilt after it, and knows the count.
        restored: { actions: assign({ presses: ({ event }) => event.presses }) },
        acknowledged: 'acknowledged',
      },
    },
    acknowledged: { type: 'final' },
  },
});

export type AlarmEvent =
  | { type: 'pressed' }
  /** Where it happened has changed. */
  | { type: 'moved' }
  | { type: 'restored'; presses: number }
  /** The centre took responsibility for it (B2.1). */
  | { type: 'acknowledged' };

export type AlarmDecision =
  | { type: 'raise' }
  /** A further press while the alarm waits: an information update that counts the presses so far. */
  | { type: 'update'; presses: number };
