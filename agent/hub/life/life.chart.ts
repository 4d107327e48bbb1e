import { emit, setup } from 'xstate';

/** The life of an installation (B14.1): a hub is enrolled when it has its configuration, and then goes this way. */
export const lifeChart = setup({
  types: {
    events: {} as LifeEvent,
    emitted: {} as LifeDecision,
  },
}).createMachine({
  id: 'life',
  initial: 'new',
  states: {
    new: {
      on: {
        started: { target: 'enrolled', actions: emit({ type: 'enter', stage: 'enrolled' }) },
        restored: [
          { guard: ({ event }) => event.stage === 'enrolled', target: 'enrolled' },
          { guard: ({ event }) => event.stage === 'in-service', target: 'in-service' },
          { guard: ({ event }) => event.stage === 'exchanged', target: 'exchanged' },
          // The power went while it ended: it is ended again, which does no harm.
          { guard: ({ event }) => event.stage === 'ending', target: 'ended', actions: emit({ type: 'wipe' }) },
          { target: 'ended' },
        ],
      },
    },
    enrolled: {
      on: {
        connected: { target: 'in-service', actions: emit({ type: 'enter', stage: 'in-service' }) },
        end: { target: 'ended', actions: emit({ type: 'wipe' }) },
      },
    },
    'in-service': {
      on: {
        exchange: { target: 'exchanged', actions: emit({ type: 'enter', stage: 'exchanged' }) },
        end: { target: 'ended', actions: emit({ type: 'wipe' }) },
      },
    },
    // The new hub has what it needs; this one goes on until it is ended, so that no alarm is lost between the two.
    exchanged: {
      on: {
        exchange: { actions: emit({ type: 'enter', stage: 'exchanged' }) },
        end: { target: 'ended', actions: emit({ type: 'wipe' }) },
      },
    },
    // It could not be wiped, and is told to try again.
    ended: { on: { end: { actions: emit({ type: 'wipe' }) } } },
  },
});

export type Stage = 'enrolled' | 'in-service' | 'exchanged' | 'ending' | 'ended';

export type LifeEvent =
  /** It runs for the first time. */
  | { type: 'started' }
  /** A centre can be reached. */
  | { type: 'connected' }
  | { type: 'exchange' }
  | { type: 'end' }
  | { type: 'restored'; stage: Stage };

export type LifeDecision = { type: 'enter'; stage: 'enrolled' | 'in-service' | 'exchanged' } | { type: 'wipe' };
