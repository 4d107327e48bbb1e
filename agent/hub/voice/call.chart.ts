import { assign, emit, setup } from 'xstate';
import type { VoiceMode } from '#agent/hub/devices.ts';

/**
 * The hub's one call (B3): from the acknowledgement that asks for it to the talk, or to giving up. Alarms acknowledged
 * meanwhile join it (B3.7). Who calls whom, and for which alarms, is the concern's affair; the chart decides when it is
 * tried, by which voice path, and which calls of others are taken. After a restart what was unfinished is wanted anew.
 */
export const callChart = setup({
  types: {
    context: {} as Try,
    events: {} as CallEvent,
    emitted: {} as CallDecision,
  },
  guards: {
    noWay: ({ event }) => 'ways' in event && event.ways.length === 0,
    wayIsUp: ({ event }) => 'ways' in event && event.ways.includes(true),
    tooLate: ({ event }) => 'late' in event && event.late,
    triesLeft: ({ context, event }) => 'ways' in event && nextTry(context, event) !== undefined,
    windowOpen: ({ event }) => 'open' in event && event.open,
    clearsDown: ({ event }) => 'digit' in event && event.digit === clearDownDigit,
  },
  actions: {
    firstTry: assign(({ event }) => ('ways' in event ? { way: event.ways.indexOf(true), number: 1 } : {})),
    nextTry: assign(({ context, event }) => ('ways' in event ? (nextTry(context, event) ?? {}) : {})),
    dial: emit(({ context }) => ({ type: 'dial', ...context })),
    wait: emit({ type: 'wait' }),
    pause: emit({ type: 'pause' }),
    join: emit({ type: 'join' }),
    answer: emit({ type: 'answer' }),
    refuse: emit({ type: 'refuse' }),
    missed: emit({ type: 'missed' }),
    talk: emit({ type: 'talk' }),
    obeyKey: emit(({ event }) => ('digit' in event ? meaningOf(event.digit) : { type: 'unknown-key' })),
    hangUp: emit({ type: 'hang-up' }),
    over: emit({ type: 'over' }),
    giveUp: emit({ type: 'give-up' }),
    closeWindow: emit({ type: 'close-window' }),
  },
}).createMachine({
  id: 'call',
  context: { way: 0, number: 0 },
  initial: 'idle',
  on: {
    wanted: { actions: 'join' },
    'callback-wanted': { actions: 'join' },
    incoming: { actions: 'refuse' },
    'window-over': { actions: 'closeWindow' },
  },
  states: {
    idle: {
      on: {
        wanted: [
          { guard: 'noWay', actions: 'giveUp' },
          { guard: 'wayIsUp', target: 'calling', actions: ['firstTry', 'dial'] },
          { target: 'waiting', actions: 'wait' },
        ],
        'callback-wanted': 'expecting',
        incoming: [{ guard: 'windowOpen', target: 'answering', actions: 'answer' }, { actions: 'refuse' }],
      },
    },
    /** No voice path is up: it is looked again until the call must have started (B3.2). */
    waiting: {
      on: {
        again: [
          { guard: 'wayIsUp', target: 'calling', actions: ['firstTry', 'dial'] },
          { guard: 'tooLate', target: 'idle', actions: 'giveUp' },
          { actions: 'wait' },
        ],
        incoming: [{ guard: 'windowOpen', target: 'answering', actions: 'answer' }, { actions: 'refuse' }],
      },
    },
    /** Dialled, and not answered yet. */
    calling: {
      on: {
        connected: { target: 'talking', actions: 'talk' },
        failed: [
          { guard: 'triesLeft', target: 'pausing', actions: 'pause' },
          { target: 'idle', actions: 'giveUp' },
        ],
      },
    },
    pausing: {
      on: {
        again: { target: 'calling', actions: ['nextTry', 'dial'] },
        incoming: [{ guard: 'windowOpen', target: 'answering', actions: 'answer' }, { actions: 'refuse' }],
      },
    },
    /** The centre has said that it calls (B3.1). */
    expecting: {
      on: {
        wanted: [
          { guard: 'wayIsUp', target: 'calling', actions: ['firstTry', 'join', 'dial'] },
          { target: 'waiting', actions: ['join', 'wait'] },
        ],
        incoming: [{ guard: 'windowOpen', target: 'answering', actions: 'answer' }, { actions: 'refuse' }],
        'window-over': { target: 'idle', actions: ['closeWindow', 'giveUp'] },
      },
    },
    answering: {
      on: {
        connected: { target: 'talking', actions: 'talk' },
        failed: { target: 'idle', actions: 'missed' },
      },
    },
    talking: {
      on: {
        ended: { target: 'idle', actions: 'over' },
        key: [{ guard: 'clearsDown', target: 'idle', actions: ['hangUp', 'over'] }, { actions: 'obeyKey' }],
      },
    },
  },
});

/** Where the tries have come to: which of the ways, and which try on it, from 1. */
export interface Try {
  way: number;
  number: number;
}

/** The voice paths by which the receiver can be called, in their order, and whether each is up. */
export interface Ways {
  ways: readonly boolean[];
  /** Tries on each (B3.3). */
  attempts: number;
}

export type CallEvent =
  /** An alarm was acknowledged, and the hub is to call. */
  | ({ type: 'wanted' } & Ways)
  /** An alarm was acknowledged, and the centre calls. */
  | { type: 'callback-wanted' }
  /** The pause is over. `late`: the call must have started by now (B3.2). */
  | ({ type: 'again'; late: boolean } & Ways)
  | { type: 'connected' }
  /** The try came to nothing: refused, not answered in time, no way. */
  | ({ type: 'failed' } & Ways)
  | { type: 'ended' }
  | { type: 'key'; digit: string }
  /** Somebody calls. `open`: it is the centre, and the hub answers by itself (B3.5). */
  | { type: 'incoming'; open: boolean }
  /** The window in which the centre was to call has ended. */
  | { type: 'window-over' };

export type CallDecision =
  | ({ type: 'dial' } & Try)
  /** Look again whether a voice path is up. */
  | { type: 'wait' }
  /** Try again after the pause. */
  | { type: 'pause' }
  | { type: 'join' }
  | { type: 'answer' }
  | { type: 'refuse' }
  /** The call that was to be answered came to nothing: what was wanted before it still is. */
  | { type: 'missed' }
  | { type: 'talk' }
  | { type: 'hang-up' }
  | KeyMeaning
  | { type: 'over' }
  /** There was no voice contact (B3.3). */
  | { type: 'give-up' }
  | { type: 'close-window' };

type KeyMeaning =
  | { type: 'volume'; steps: 1 | -1 }
  | { type: 'mode'; mode: VoiceMode }
  | { type: 'output' }
  | { type: 'unknown-key' };

const clearDownDigit = '0';

/** What the operator's keys do (B3.4). */
function meaningOf(digit: string): KeyMeaning {
  switch (digit) {
    case '1':
      return { type: 'volume', steps: -1 };
    case '3':
      return { type: 'volume', steps: 1 };
    case '4':
      return { type: 'mode', mode: 'duplex' };
    case '7':
      return { type: 'mode', mode: 'microphone-only' };
    case '8':
      return { type: 'mode', mode: 'speaker-only' };
    case '9':
      return { type: 'output' };
    default:
      return { type: 'unknown-key' };
  }
}

/**
 * The try after this one: on the same way until its tries are made, then on the next; a way that is down is passed over
 * while a later one is up. Undefined when all are made.
 */
function nextTry({ way, number }: Try, { ways, attempts }: Ways): Try | undefined {
  const here = number < attempts ? [{ way, number: number + 1 }] : [];
  const later = ways.slice(way + 1).map((_isUp, index): Try => ({ way: way + 1 + index, number: 1 }));
  const left = [...here, ...later];
  return left.find((next) => ways[next.way] === true) ?? left[0];
}
