import { emit, setup } from 'xstate';

/** No movement for too long (B8). While it is silenced its time does not run, and after that it runs anew. */
export const inactivityChart = setup({
  types: { events: {} as InactivityEvent, emitted: {} as InactivityDecision },
}).createMachine({
  id: 'inactivity',
  initial: 'off',
  states: {
    off: {
      on: {
        started: { target: 'watching', actions: emit({ type: 'watch' }) },
        restored: 'watching',
      },
    },
    watching: {
      on: {
        moved: { actions: emit({ type: 'watch' }) },
        due: { target: 'told', actions: emit({ type: 'raise' }) },
        silenced: { target: 'silent', actions: emit({ type: 'unwatch' }) },
      },
    },
    silent: { on: { resumed: { target: 'watching', actions: emit({ type: 'watch' }) } } },
    // Said once, until somebody moves.
    told: {
      on: {
        moved: { target: 'watching', actions: emit({ type: 'watch' }) },
        silenced: 'silent',
      },
    },
  },
});

export type InactivityEvent =
  /** It is guarded from now on; and: it was so before the restart, and its time runs. */
  { type: 'started' | 'restored' } | { type: 'moved' } | { type: 'due' } | { type: 'silenced' | 'resumed' };

export type InactivityDecision =
  /** Its time runs, from now. */
  { type: 'watch' } | { type: 'unwatch' } | { type: 'raise' };
