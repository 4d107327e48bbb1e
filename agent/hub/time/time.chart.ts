import { assign, emit, setup } from 'xstate';
import { type TimeSource, timeSources } from './hubTime.ts';

/**
 * The wall clock of one run of the machine: not set, then set by the best source that has told the time (B12.3). Worse
 * sources are not listened to any more. `restored` rebuilds it in a later run of the program.
 */
export const timeChart = setup({
  types: {
    context: {} as Told,
    events: {} as TimeEvent,
    emitted: {} as TimeDecision,
  },
  guards: {
    isWorse: ({ context, event }) => rank(event.source) < rank(context.source),
    hasMoved: ({ context, event }) =>
      event.type === 'told' && Math.abs(event.offsetMs - context.offsetMs) > event.toleranceMs,
    isBetter: ({ context, event }) => rank(event.source) > rank(context.source),
  },
}).createMachine({
  id: 'time',
  context: { source: timeSources[0], offsetMs: 0 },
  initial: 'unset',
  states: {
    unset: {
      on: {
        told: {
          target: 'set',
          actions: [assign(({ event }) => told(event)), emit(({ event }) => ({ type: 'set', ...told(event) }))],
        },
        restored: { target: 'set', actions: assign(({ event }) => told(event)) },
      },
    },
    set: {
      on: {
        told: [
          { guard: 'isWorse', target: 'set' },
          {
            guard: 'hasMoved',
            actions: [
              emit(({ context, event }) => ({
                type: 'moved',
                ...told(event),
                byMs: event.offsetMs - context.offsetMs,
              })),
              assign(({ event }) => told(event)),
            ],
          },
          { guard: 'isBetter', actions: assign(({ event }) => ({ source: event.source })) },
          { target: 'set' },
        ],
      },
    },
  },
});

export interface Told {
  source: TimeSource;
  /** Wall time at which the monotonic clock stood at 0, as the source has it. */
  offsetMs: number;
}

export type TimeEvent =
  /** What differs from what is known by no more than the tolerance is the same. */
  ({ type: 'told'; toleranceMs: number } & Told) | ({ type: 'restored' } & Told);

export type TimeDecision = ({ type: 'set' } & Told) | ({ type: 'moved'; byMs: number } & Told);

function rank(source: TimeSource): number {
  return timeSources.indexOf(source);
}

function told({ source, offsetMs }: Told): Told {
  return { source, offsetMs };
}
