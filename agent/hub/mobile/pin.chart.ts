import { emit, setup } from 'xstate';

/**
 * The SIM's PIN (B7.2): one try for a configured one, ever. That it was tried is written down before it is, so that no
 * restart tries it again; three wrong ones would lock the SIM.
 */
export const pinChart = setup({
  types: { events: {} as PinEvent, emitted: {} as PinDecision },
}).createMachine({
  id: 'pin',
  initial: 'idle',
  states: {
    idle: {
      on: {
        asked: [
          { guard: ({ event }) => event.pin === 'new', target: 'trying', actions: emit({ type: 'try' }) },
          { target: 'refused', actions: emit({ type: 'refuse' }) },
        ],
      },
    },
    trying: {
      on: {
        accepted: { target: 'idle', actions: emit({ type: 'forget' }) },
        failed: { target: 'idle', actions: emit({ type: 'forget' }) },
        wrong: { target: 'refused', actions: [emit({ type: 'remember' }), emit({ type: 'refuse' })] },
      },
    },
    refused: {
      on: {
        asked: { guard: ({ event }) => event.pin === 'new', target: 'trying', actions: emit({ type: 'try' }) },
        /** The SIM asks no more: it is another one, or gone. */
        quiet: 'idle',
      },
    },
  },
});

export type PinEvent =
  /** The SIM asks for its PIN. `none` is configured, or it was `tried` before, or it is `new`. */
  | { type: 'asked'; pin: 'none' | 'tried' | 'new' }
  /** `failed`: the SIM has not judged it. */
  | { type: 'accepted' | 'wrong' | 'failed' }
  | { type: 'quiet' };

export type PinDecision =
  /** Write it down, then try it. */
  | { type: 'try' }
  /** It may be tried again when the SIM asks again. */
  | { type: 'forget' }
  /** It was wrong. */
  | { type: 'remember' }
  /** Only people can help. */
  | { type: 'refuse' };
