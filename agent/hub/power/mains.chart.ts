import { emit, setup } from 'xstate';

/**
 * The mains (B6.1). A plug that shakes is one interruption until the mains were steady for a while: it is reported when
 * it lasts, and journalled as a flicker when it does not.
 */
export const mainsChart = setup({
  types: { events: {} as MainsEvent, emitted: {} as MainsDecision },
}).createMachine({
  id: 'mains',
  initial: 'on',
  states: {
    on: {
      on: {
        gone: { target: 'gone', actions: emit({ type: 'interrupted' }) },
        'restored-gone': 'gone',
        'restored-reported': 'reported',
      },
    },
    gone: {
      on: {
        back: { target: 'wavering', actions: emit({ type: 'count-steady' }) },
        due: { target: 'reported', actions: emit({ type: 'report' }) },
      },
    },
    wavering: {
      on: {
        gone: { target: 'gone', actions: emit({ type: 'count-no-more' }) },
        due: 'overdue',
        steady: { target: 'on', actions: emit({ type: 'flicker' }) },
      },
    },
    // Time to report, but the mains are back at this moment: how long they stay decides.
    overdue: {
      on: {
        gone: { target: 'reported', actions: [emit({ type: 'count-no-more' }), emit({ type: 'report' })] },
        steady: { target: 'on', actions: emit({ type: 'flicker' }) },
      },
    },
    reported: {
      on: { back: { target: 'returning', actions: emit({ type: 'count-steady' }) } },
    },
    returning: {
      on: {
        gone: { target: 'reported', actions: emit({ type: 'count-no-more' }) },
        steady: { target: 'on', actions: emit({ type: 'restored' }) },
      },
    },
  },
});

export type MainsEvent =
  | { type: 'gone' | 'back' }
  /** The interruption has lasted so long that it is to be reported. */
  | { type: 'due' }
  /** The mains are back for so long that they count. */
  | { type: 'steady' }
  | { type: 'restored-gone' | 'restored-reported' };

export type MainsDecision =
  /** The mains are gone: noted at once, reported if it lasts. */
  | { type: 'interrupted' }
  | { type: 'report' }
  | { type: 'flicker' }
  | { type: 'restored' }
  | { type: 'count-steady' | 'count-no-more' };
