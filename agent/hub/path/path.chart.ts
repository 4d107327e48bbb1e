import { assign, emit, setup } from 'xstate';

/** How a path is: no connection; a connection to its broker, but its centre says that it is not there; or usable. */
export type PathCondition = 'down' | 'absent' | 'up';

export type CentrePathName = 'primary' | 'reserve';

interface PathContext extends Record<CentrePathName, PathCondition> {
  /** Heartbeats unanswered in a row on the path in use, and whether these are too many. */
  unanswered: number;
  isSilent: boolean;
  /** Probes of the primary answered in a row while the reserve is in use, and whether these are enough. */
  answers: number;
  isProven: boolean;
}

const unproven = { answers: 0, isProven: false };

/**
 * Which centre the hub works with (B2.4, B4.4). `meanwhile` is the reserve in use because it connected first: the primary
 * is taken as soon as it is up. `reserve` is the reserve in use because the primary was lost: the primary must prove
 * itself by answers in a row before it is taken back.
 */
export const pathChart = setup({
  types: {
    context: {} as PathContext,
    events: {} as PathEvent,
    emitted: {} as PathDecision,
  },
  actions: {
    change: assign((_, { path, is }: { path: CentrePathName; is: PathCondition }) => ({
      [path]: is,
      // A break in between is no row of answers.
      ...(path === 'primary' && is !== 'up' ? unproven : {}),
    })),
    anew: assign({ unanswered: 0, isSilent: false, ...unproven }),
    use: emit((_, decision: Omit<Use, 'type'>) => ({ type: 'use' as const, ...decision })),
    count: assign(({ context }) => ({ unanswered: context.unanswered + 1 })),
    fallSilent: assign({ isSilent: true }),
    heard: assign({ unanswered: 0, isSilent: false }),
    tell: emit((_, { is }: { is: boolean }) => ({ type: 'silent' as const, is })),
    prove: assign(({ context: { answers } }, limit: number) => {
      const count = Math.min(answers + 1, limit);
      return { answers: count, isProven: count >= limit };
    }),
    doubt: assign(unproven),
  },
  guards: {
    isSilent: ({ context }) => context.isSilent,
    isTooMany: ({ context }, limit: number) => context.unanswered + 1 >= limit,
    primaryConnected: ({ context }) => context.primary !== 'down',
    primaryUp: ({ context }) => context.primary === 'up',
    primaryDown: ({ context }) => context.primary === 'down',
    reserveConnected: ({ context }) => context.reserve !== 'down',
    reserveDown: ({ context }) => context.reserve === 'down',
    primaryGoneReserveThere: ({ context }) => context.primary === 'down' && context.reserve !== 'down',
    primaryAbsent: ({ context }) => context.primary === 'absent' && context.reserve === 'up',
    primarySilent: ({ context }) => context.isSilent && context.reserve === 'up',
    reserveGonePrimaryThere: ({ context }) => context.reserve === 'down' && context.primary !== 'down',
    primaryProven: ({ context }) => context.primary === 'up' && context.isProven,
    primaryBetter: ({ context: { primary, reserve, answers, isSilent } }) =>
      primary === 'up' && (reserve === 'absent' || (isSilent && answers > 0)),
  },
}).createMachine({
  id: 'path',
  context: { primary: 'down', reserve: 'down', unanswered: 0, isSilent: false, ...unproven },
  initial: 'none',
  on: {
    condition: { actions: { type: 'change', params: ({ event: { path, is } }) => ({ path, is }) } },
    answered: [{ guard: 'isSilent', actions: ['heard', tell(false)] }, { actions: 'heard' }],
    unanswered: [
      // It was told already.
      { guard: 'isSilent', actions: 'fallSilent' },
      { guard: { type: 'isTooMany', params: ({ event }) => event.limit }, actions: ['fallSilent', tell(true)] },
      { actions: 'count' },
    ],
    'probe-answered': { actions: { type: 'prove', params: ({ event }) => event.limit } },
    'probe-unanswered': { actions: 'doubt' },
  },
  states: {
    none: {
      always: [
        { guard: 'primaryConnected', target: 'primary', actions: ['anew', use('primary', 'connected')] },
        { guard: 'reserveConnected', target: 'meanwhile', actions: ['anew', use('reserve', 'connected')] },
      ],
    },
    primary: {
      always: [
        { guard: 'primaryGoneReserveThere', target: 'reserve', actions: ['anew', use('reserve', 'connection-lost')] },
        { guard: 'primaryDown', target: 'none', actions: ['anew', use('none', 'connection-lost')] },
        { guard: 'primaryAbsent', target: 'reserve', actions: ['anew', use('reserve', 'centre-offline')] },
        { guard: 'primarySilent', target: 'reserve', actions: ['anew', use('reserve', 'unanswered')] },
      ],
    },
    meanwhile: {
      always: [
        { guard: 'primaryUp', target: 'primary', actions: ['anew', use('primary', 'connected')] },
        { guard: 'reserveGonePrimaryThere', target: 'primary', actions: ['anew', use('primary', 'connection-lost')] },
        { guard: 'reserveDown', target: 'none', actions: ['anew', use('none', 'connection-lost')] },
      ],
    },
    reserve: {
      always: [
        { guard: 'reserveGonePrimaryThere', target: 'primary', actions: ['anew', use('primary', 'connection-lost')] },
        { guard: 'reserveDown', target: 'none', actions: ['anew', use('none', 'connection-lost')] },
        { guard: 'primaryProven', target: 'primary', actions: ['anew', use('primary', 'answers-again')] },
        { guard: 'primaryBetter', target: 'primary', actions: ['anew', use('primary', 'better')] },
      ],
    },
  },
});

export type PathEvent =
  | { type: 'condition'; path: CentrePathName; is: PathCondition }
  /** Of heartbeats on the path in use; `limit` is how many unanswered ones in a row are too many. */
  | { type: 'answered' }
  | { type: 'unanswered'; limit: number }
  /** Of probes of the primary while the reserve is in use; `limit` is how many answers in a row are enough. */
  | { type: 'probe-answered'; limit: number }
  | { type: 'probe-unanswered' };

export type PathDecision =
  | Use
  /** Too many heartbeats on the path in use went unanswered in a row; or one was answered again. */
  | { type: 'silent'; is: boolean };

interface Use {
  type: 'use';
  path: CentrePathName | 'none';
  why: 'connected' | 'connection-lost' | 'centre-offline' | 'unanswered' | 'answers-again' | 'better';
}

function use(path: Use['path'], why: Use['why']) {
  return { type: 'use' as const, params: { path, why } };
}

function tell(is: boolean) {
  return { type: 'tell' as const, params: { is } };
}
