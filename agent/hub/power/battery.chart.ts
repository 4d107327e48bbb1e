import { assign, emit, setup } from 'xstate';

/**
 * The battery: how far it is down (B6.3), and what is wrong with it (B6.5). For the centre it is one thing, which is well
 * again when it is charged and nothing is wrong with it any more.
 */
export const batteryChart = setup({
  types: {
    context: {} as { faults: readonly BatteryFault[] },
    events: {} as BatteryEvent,
    emitted: {} as BatteryDecision,
  },
  guards: {
    isSound: ({ context }) => context.faults.length === 0,
    isLastFault: ({ context, event }) =>
      event.type === 'mended' && context.faults.length === 1 && context.faults[0] === event.fault,
  },
}).createMachine({
  id: 'battery',
  context: { faults: [] },
  initial: 'charged',
  on: {
    fault: {
      actions: [
        assign({ faults: ({ context, event }) => withFault(context.faults, event.fault) }),
        emit(({ event }) => ({ type: 'fault', fault: event.fault })),
      ],
    },
    mended: {
      actions: [
        assign({ faults: ({ context, event }) => context.faults.filter((fault) => fault !== event.fault) }),
        emit(({ event }) => ({ type: 'mended', fault: event.fault })),
      ],
    },
    'restored-fault': {
      actions: assign({ faults: ({ context, event }) => withFault(context.faults, event.fault) }),
    },
  },
  states: {
    charged: {
      on: {
        low: { target: 'low', actions: emit({ type: 'low' }) },
        critical: { target: 'critical', actions: [emit({ type: 'low' }), emit({ type: 'critical' })] },
        'restored-low': 'low',
        'restored-critical': 'critical',
        mended: {
          guard: 'isLastFault',
          actions: [
            assign({ faults: [] }),
            emit(({ event }) => ({ type: 'mended', fault: event.fault })),
            emit({ type: 'well' }),
          ],
        },
      },
    },
    low: {
      on: {
        critical: { target: 'critical', actions: emit({ type: 'critical' }) },
        fair: 'charging',
        charged: [
          { target: 'charged', guard: 'isSound', actions: [emit({ type: 'charged' }), emit({ type: 'well' })] },
          { target: 'charged', actions: emit({ type: 'charged' }) },
        ],
      },
    },
    critical: {
      on: {
        fair: 'charging',
        charged: [
          { target: 'charged', guard: 'isSound', actions: [emit({ type: 'charged' }), emit({ type: 'well' })] },
          { target: 'charged', actions: emit({ type: 'charged' }) },
        ],
      },
    },
    // Up from low, and not charged yet. When it goes down once more, that is told once more.
    charging: {
      on: {
        low: { target: 'low', actions: emit({ type: 'low' }) },
        critical: { target: 'critical', actions: [emit({ type: 'low' }), emit({ type: 'critical' })] },
        charged: [
          { target: 'charged', guard: 'isSound', actions: [emit({ type: 'charged' }), emit({ type: 'well' })] },
          { target: 'charged', actions: emit({ type: 'charged' }) },
        ],
      },
    },
  },
});

function withFault(faults: readonly BatteryFault[], fault: BatteryFault): readonly BatteryFault[] {
  return [...faults.filter((one) => one !== fault), fault];
}

export const batteryFaults = ['absent', 'failed-its-test', 'worn'] as const;

export type BatteryFault = (typeof batteryFaults)[number];

export type BatteryEvent =
  | { type: 'low' | 'critical' }
  /** On mains, and well above low. */
  | { type: 'fair' }
  | { type: 'charged' }
  | { type: 'fault' | 'mended'; fault: BatteryFault }
  | { type: 'restored-low' | 'restored-critical' }
  | { type: 'restored-fault'; fault: BatteryFault };

export type BatteryDecision =
  | { type: 'low' | 'critical' | 'charged' }
  | { type: 'fault' | 'mended'; fault: BatteryFault }
  /** Charged, and nothing wrong with it any more. */
  | { type: 'well' };
