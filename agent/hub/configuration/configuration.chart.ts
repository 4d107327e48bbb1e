import { emit, setup } from 'xstate';

/**
 * Which configuration is in force (B11). One that touches how the centre is reached is on trial until a heartbeat is
 * answered; without an answer in time the one before the trial comes back (B11.3).
 */
export const configurationChart = setup({
  types: {
    events: {} as ConfigurationEvent,
    emitted: {} as ConfigurationDecision,
  },
}).createMachine({
  id: 'configuration',
  initial: 'settled',
  states: {
    settled: {
      on: {
        accepted: [
          { guard: ({ event }) => event.onTrial, target: 'trial', actions: emit({ type: 'try' }) },
          { actions: emit({ type: 'apply' }) },
        ],
        restored: 'trial',
      },
    },
    trial: {
      on: {
        // What is on trial has shown nothing yet, so what comes in its place is on trial too.
        accepted: { actions: emit({ type: 'try' }) },
        answered: { target: 'settled', actions: emit({ type: 'prove' }) },
        'time-up': { target: 'settled', actions: emit({ type: 'fall-back' }) },
      },
    },
  },
});

export type ConfigurationEvent =
  /** A good one came from the centre. */
  | { type: 'accepted'; onTrial: boolean }
  /** The hub was restarted during a trial. */
  | { type: 'restored' }
  /** A centre answered a heartbeat. */
  | { type: 'answered' }
  | { type: 'time-up' };

export type ConfigurationDecision =
  | { type: 'apply' }
  /** It is put in force, and on trial. */
  | { type: 'try' }
  | { type: 'prove' }
  | { type: 'fall-back' };
