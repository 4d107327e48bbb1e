import { assign, emit, setup } from 'xstate';
import type { ModemRecovery } from '#agent/hub/devices.ts';

/** From the gentlest to the hardest. Behind the last comes the first again: there is no last rung (B7.4). */
const ladder: readonly ModemRecovery[] = ['reattach', 'radio-off-on', 'reset', 'power-cycle'];

/** The recovery of the mobile link. How long it waits before the next step follows from the steps already taken. */
export const recoveryChart = setup({
  types: {
    context: {} as { steps: number },
    events: {} as RecoveryEvent,
    emitted: {} as RecoveryDecision,
  },
}).createMachine({
  id: 'recovery',
  context: { steps: 0 },
  initial: 'well',
  states: {
    well: {
      on: {
        trouble: { target: 'waiting', actions: [assign({ steps: 0 }), emit({ type: 'wait', steps: 0 })] },
      },
    },
    waiting: {
      on: {
        well: { target: 'well', actions: emit({ type: 'rest' }) },
        due: [
          // Somebody speaks with the client: the call is worth more than the data.
          {
            guard: ({ event }) => event.call,
            actions: emit(({ context }) => ({ type: 'wait', steps: context.steps })),
          },
          {
            actions: [
              emit(({ context }) => ({ type: 'recover', step: stepAfter(context.steps) })),
              assign({ steps: ({ context }) => context.steps + 1 }),
              emit(({ context }) => ({ type: 'wait', steps: context.steps })),
            ],
          },
        ],
      },
    },
  },
});

function stepAfter(steps: number): ModemRecovery {
  return ladder[steps % ladder.length] ?? 'reattach';
}

export type RecoveryEvent =
  | { type: 'trouble' | 'well' }
  /** The wait is over. `call`: a call is up at this moment. */
  | { type: 'due'; call: boolean };

export type RecoveryDecision =
  /** Then the next step, when so many were taken before. */
  { type: 'wait'; steps: number } | { type: 'recover'; step: ModemRecovery } | { type: 'rest' };
