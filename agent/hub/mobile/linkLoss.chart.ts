import { emit, setup } from 'xstate';

/**
 * Whether any path is connected by the mobile link (B7.5). A loss counts from its begin, over restarts too: `restored`
 * rebuilds it from what is kept.
 */
export const linkLossChart = setup({
  types: { events: {} as LinkLossEvent, emitted: {} as LinkLossDecision },
}).createMachine({
  id: 'link-loss',
  initial: 'unknown',
  states: {
    unknown: {
      on: {
        restored: [{ guard: ({ event }) => event.lost, target: 'lost' }, { target: 'down' }],
        disconnected: { target: 'down', actions: emit({ type: 'began' }) },
        connected: 'up',
      },
    },
    up: {
      on: { disconnected: { target: 'down', actions: emit({ type: 'began' }) } },
    },
    down: {
      on: {
        connected: { target: 'up', actions: emit({ type: 'ended' }) },
        due: { target: 'lost', actions: emit({ type: 'fault' }) },
      },
    },
    lost: {
      on: { connected: { target: 'up', actions: emit({ type: 'restore' }) } },
    },
  },
});

export type LinkLossEvent =
  | { type: 'connected' | 'disconnected' }
  /** It has been down for as long as may be. */
  | { type: 'due' }
  | { type: 'restored'; lost: boolean };

export type LinkLossDecision = { type: 'began' | 'ended' | 'fault' | 'restore' };
