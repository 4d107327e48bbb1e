import { emit, setup } from 'xstate';

/** Something is well, or it is not; each change is told once (B8.2). */
export const conditionChart = setup({
  types: { events: {} as ConditionEvent, emitted: {} as ConditionDecision },
}).createMachine({
  id: 'condition',
  initial: 'well',
  states: {
    well: {
      on: {
        bad: { target: 'bad', actions: emit({ type: 'fault' }) },
        restored: 'bad',
      },
    },
    bad: {
      on: {
        good: { target: 'well', actions: emit({ type: 'restore' }) },
        // It lasts, and somebody wants to be reminded of it.
        due: { actions: emit({ type: 'fault' }) },
      },
    },
  },
});

export type ConditionEvent =
  | { type: 'bad' | 'good' | 'due' }
  /** It was bad before the restart. */
  | { type: 'restored' };

export interface ConditionDecision {
  type: 'fault' | 'restore';
}
