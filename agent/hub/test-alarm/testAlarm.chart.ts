import { emit, setup } from 'xstate';

/**
 * The automatic test alarm (B5): raised when it is due, then waiting for its acknowledgement, overdue when that does not
 * come in time. Only the newest counts; older ones wait in the outbox like any report. `restored` rebuilds it.
 */
export const testAlarmChart = setup({
  types: {
    events: {} as TestAlarmEvent,
    emitted: {} as TestAlarmDecision,
  },
}).createMachine({
  id: 'test-alarm',
  initial: 'idle',
  states: {
    idle: {
      on: {
        due: { target: 'waiting', actions: emit({ type: 'raise' }) },
        restored: [{ guard: ({ event }) => event.overdue, target: 'overdue' }, { target: 'waiting' }],
      },
    },
    waiting: {
      on: {
        due: { target: 'waiting', actions: emit({ type: 'raise' }) },
        late: { target: 'overdue', actions: emit({ type: 'fault' }) },
        acknowledged: { target: 'idle', actions: emit({ type: 'settle' }) },
      },
    },
    overdue: {
      on: {
        due: { target: 'waiting', actions: emit({ type: 'raise' }) },
        acknowledged: 'idle',
      },
    },
  },
});

export type TestAlarmEvent =
  /** So long after the previous one, or because the centre asks for one. */
  | { type: 'due' }
  /** It was not acknowledged in time. */
  | { type: 'late' }
  /** The centre took responsibility for the newest one. */
  | { type: 'acknowledged' }
  /** One waits since an earlier run; `overdue` when its fault was reported already. */
  | { type: 'restored'; overdue: boolean };

export type TestAlarmDecision =
  | { type: 'raise' }
  | { type: 'fault' }
  /** Nobody waits for its acknowledgement any more. */
  | { type: 'settle' };
