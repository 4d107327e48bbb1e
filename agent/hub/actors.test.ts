import { describe, expect, test } from 'vitest';
import { assign, emit, setup } from 'xstate';
import { createLogRecorder } from '#test/logRecorder.ts';
import { startChart } from './actors.ts';

/** Counts to two, tells each step, and is over. */
const counting = setup({
  types: {
    context: {} as { count: number },
    events: {} as { type: 'next' | 'again' },
    emitted: {} as { type: 'told'; count: number },
  },
}).createMachine({
  id: 'counting',
  context: { count: 0 },
  initial: 'going',
  on: { again: '.going' },
  states: {
    going: {
      always: { guard: ({ context }) => context.count === 2, target: 'over' },
      on: {
        next: {
          actions: [
            assign(({ context }) => ({ count: context.count + 1 })),
            emit(({ context }) => ({ type: 'told' as const, count: context.count })),
          ],
        },
      },
    },
    over: { type: 'final' },
  },
});

function start() {
  const { log, lines } = createLogRecorder();
  return { chart: startChart(counting, log), lines };
}

describe('charts of one machine', () => {
  test('each have a state of their own', () => {
    const [one, other] = [start().chart, start().chart];
    expect(one.send({ type: 'next' })).toEqual([{ type: 'told', count: 1 }]);
    expect(other.send({ type: 'next' })).toEqual([{ type: 'told', count: 1 }]);
    expect(one.send({ type: 'next' })).toEqual([{ type: 'told', count: 2 }]);
    expect([one.isIn('over'), other.isIn('going')]).toEqual([true, true]);
    expect(start().chart.isIn('going')).toBe(true);
  });

  test('give back what one of them decided, which no other adds to', () => {
    const [one, other] = [start().chart, start().chart];
    const decided = one.send({ type: 'next' });
    other.send({ type: 'next' });
    expect(decided).toEqual([{ type: 'told', count: 1 }]);
  });
});

test('a chart that is over does nothing more, and says so', () => {
  const { chart, lines } = start();
  chart.send({ type: 'next' });
  chart.send({ type: 'next' });
  expect(chart.isDone()).toBe(true);
  expect(chart.send({ type: 'next' })).toEqual([]);
  chart.send({ type: 'again' });
  expect(chart.isDone()).toBe(true);
  expect(lines).toMatchObject([{ level: 'warn', message: 'event without a transition' }]);
});
