import { assign, emit, setup } from 'xstate';

/**
 * The short messages of one alarm (B2.8): one behind some of its first rounds, then one from time to time, until somebody
 * answers. `restored` rebuilds it from what is kept, so that a restart costs no message.
 */
export const smsChart = setup({
  types: {
    context: {} as { sent: number },
    events: {} as SmsEvent,
    emitted: {} as SmsDecision,
  },
}).createMachine({
  id: 'sms',
  context: { sent: 0 },
  initial: 'open',
  states: {
    open: {
      on: {
        restored: [
          { guard: ({ event }) => event.stopped, target: 'stopped' },
          { actions: assign({ sent: ({ event }) => event.sent }) },
        ],
        roundOver: [
          {
            guard: ({ context, event }) => isDue(context.sent, event),
            actions: [
              assign({ sent: ({ context }) => context.sent + 1 }),
              emit(({ context }) => ({ type: 'send', count: context.sent })),
            ],
          },
          { actions: emit({ type: 'nothing' }) },
        ],
        // The network has not taken it: it is due again behind the next round.
        failed: {
          actions: [
            assign({ sent: ({ context }) => Math.max(0, context.sent - 1) }),
            emit(({ context }) => ({ type: 'take-back', count: context.sent })),
          ],
        },
        answered: { target: 'stopped', actions: emit({ type: 'stop' }) },
      },
    },
    stopped: {
      on: {
        roundOver: { actions: emit({ type: 'nothing' }) },
        // A late word on a message that was under way when the answer came; and an answer given twice.
        failed: { actions: emit({ type: 'nothing' }) },
        answered: { actions: emit({ type: 'nothing' }) },
      },
    },
  },
});

/** The first messages belong to rounds, each to one at the earliest; from then on time counts. */
function isDue(sent: number, { round, rounds, sinceLastMs, thenEveryMs }: RoundOver): boolean {
  const earliest = rounds[sent];
  return earliest === undefined ? sinceLastMs >= thenEveryMs : round >= earliest;
}

interface RoundOver {
  type: 'roundOver';
  /** From 1 on; it begins anew when the hub does. */
  round: number;
  rounds: readonly number[];
  /** Since the last message, as well as the hub can tell; without end when there was none. */
  sinceLastMs: number;
  thenEveryMs: number;
}

export type SmsEvent =
  | RoundOver
  | { type: 'restored'; sent: number; stopped: boolean }
  | { type: 'failed' }
  /** The receiver takes care of it. */
  | { type: 'answered' };

export type SmsDecision =
  /** `count` messages, with this one. */
  { type: 'send'; count: number } | { type: 'take-back'; count: number } | { type: 'stop' } | { type: 'nothing' };
