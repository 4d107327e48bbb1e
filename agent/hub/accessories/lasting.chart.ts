import { assign, emit, setup } from 'xstate';

/**
 * What must not last: a door that stands open, a bed that is left (B8). It is looked at from its begin to its end, and
 * raises when it has lasted too long; whoever asks at the begin and at the end says whether it is guarded at that moment.
 * While it is silenced its time does not run, and after that it runs anew.
 */
export const lastingChart = setup({
  types: {
    context: {} as { raised: boolean },
    events: {} as LastingEvent,
    emitted: {} as LastingDecision,
  },
}).createMachine({
  id: 'lasting',
  context: { raised: false },
  initial: 'rest',
  states: {
    rest: {
      on: {
        begins: [
          { guard: ({ event }) => event.silenced, target: 'silent', actions: [assign({ raised: false })] },
          {
            guard: ({ event }) => event.guarded,
            target: 'lasting',
            actions: [assign({ raised: ({ event }) => event.raises }), emit({ type: 'begun' })],
          },
          { target: 'lasting', actions: [assign({ raised: false }), emit({ type: 'watched' })] },
        ],
        restored: [
          { guard: ({ event }) => event.told, target: 'told', actions: assign({ raised: true }) },
          { target: 'lasting', actions: assign({ raised: ({ event }) => event.raised }) },
        ],
      },
    },
    lasting: {
      on: {
        ends: [
          {
            guard: ({ context, event }) => context.raised || event.guarded,
            target: 'rest',
            actions: emit({ type: 'over' }),
          },
          { target: 'rest', actions: emit({ type: 'forgotten' }) },
        ],
        due: { target: 'told', actions: [assign({ raised: true }), emit({ type: 'too-long' })] },
        silenced: { target: 'silent', actions: emit({ type: 'unwatched' }) },
      },
    },
    silent: {
      on: {
        ends: [
          { guard: ({ context }) => context.raised, target: 'rest', actions: emit({ type: 'over' }) },
          { target: 'rest', actions: emit({ type: 'forgotten' }) },
        ],
        resumed: { target: 'lasting', actions: emit({ type: 'watched' }) },
      },
    },
    // It is said once; its end is told too.
    told: {
      on: { ends: { target: 'rest', actions: emit({ type: 'over' }) } },
    },
  },
});

export type LastingEvent =
  /** Whether it is guarded now, whether its begin raises an alarm then, and whether it is silenced (B8.4). */
  | { type: 'begins'; guarded: boolean; raises: boolean; silenced: boolean }
  | { type: 'ends'; guarded: boolean }
  /** It has lasted too long. */
  | { type: 'due' }
  | { type: 'silenced' }
  | { type: 'resumed' }
  /** It lasted before the restart; what had been raised, and whether that was that it lasts too long. */
  | { type: 'restored'; raised: boolean; told: boolean };

export type LastingDecision =
  /** It began while it is guarded; its time runs. */
  | { type: 'begun' }
  /** Its time runs. */
  | { type: 'watched' }
  /** Its time does not run. */
  | { type: 'unwatched' }
  | { type: 'too-long' }
  /** It has ended, and somebody wants to know. */
  | { type: 'over' }
  /** It has ended, and nobody wants to know. */
  | { type: 'forgotten' };
