import { emit, setup } from 'xstate';

/**
 * Whether a tracker is in its area (B8). Between inside and outside lies an edge that changes nothing, so that one who
 * walks along it does not leave again and again.
 */
export const areaChart = setup({
  types: { events: {} as AreaEvent, emitted: {} as AreaDecision },
}).createMachine({
  id: 'area',
  initial: 'inside',
  states: {
    inside: {
      on: {
        outside: { target: 'outside', actions: emit({ type: 'left' }) },
        restored: 'outside',
      },
    },
    outside: { on: { inside: { target: 'inside', actions: emit({ type: 'returned' }) } } },
  },
});

export type AreaEvent =
  | { type: 'inside' | 'outside' }
  /** It was outside before the restart. */
  | { type: 'restored' };

export interface AreaDecision {
  type: 'left' | 'returned';
}
