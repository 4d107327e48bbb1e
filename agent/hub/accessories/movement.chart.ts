import { emit, setup } from 'xstate';

/**
 * Movement where there should be none (B8). A sensor repeats itself while somebody moves: one alarm for each time that
 * somebody is there while it is guarded.
 */
export const movementChart = setup({
  types: { events: {} as MovementEvent, emitted: {} as MovementDecision },
}).createMachine({
  id: 'movement',
  initial: 'still',
  states: {
    still: { on: { moved: { target: 'told', actions: emit({ type: 'raise' }) } } },
    told: { on: { stilled: 'still' } },
  },
});

export type MovementEvent =
  /** Somebody moves, and it is guarded. */
  | { type: 'moved' }
  /** Nobody moves any more. */
  | { type: 'stilled' };

export interface MovementDecision {
  type: 'raise';
}
