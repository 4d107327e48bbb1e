import { emit, setup } from 'xstate';

/** Whether the client is out (B8.4). */
export const awayChart = setup({
  types: {
    events: {} as AwayEvent,
    emitted: {} as AwayDecision,
  },
}).createMachine({
  id: 'away',
  initial: 'home',
  states: {
    home: {
      on: { pressed: { target: 'away', actions: emit({ type: 'left' }) }, restored: 'away' },
    },
    away: {
      on: { pressed: { target: 'home', actions: emit({ type: 'came-back' }) } },
    },
  },
});

export type AwayEvent =
  /** The presence button of the hub. */
  | { type: 'pressed' }
  /** The client was away before the restart. */
  | { type: 'restored' };

export type AwayDecision = { type: 'left' } | { type: 'came-back' };
