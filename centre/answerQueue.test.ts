import { describe, expect, test } from 'vitest';
import { answersInFlightLimit, answersWaitingLimit, createAnswerQueue, takenDeadlineMs } from './answerQueue.ts';

/** A queue before a broker that takes what is sent only when told to; time stands still until `deadline` is called. */
function setUp() {
  const sent: string[] = [];
  const takers: ((good: boolean) => void)[] = [];
  const told: (number | 'stuck')[] = [];
  let timer: { atMs: number; action: () => void } | undefined;
  const queue = createAnswerQueue({
    clock: {
      monotonicMs: () => 0,
      wallMs: () => 0,
      wallTrusted: () => true,
      at(atMs, action) {
        const mine = { atMs, action };
        timer = mine;
        return () => {
          timer = timer === mine ? undefined : timer;
        };
      },
    },
    publish(_topic, payload, done) {
      sent.push(payload);
      takers.push(done);
      return true;
    },
    lost: (count) => told.push(count),
    stuck: () => told.push('stuck'),
  });
  const send = (count: number) => {
    for (let n = 0; n < count; n += 1) {
      queue.send('topic', String(n));
    }
  };
  const take = (good = true) => takers.shift()?.(good);
  return { queue, sent, told, send, take, deadline: () => timer };
}

describe('acknowledgements', () => {
  test('fly no more at once than the broker allows, and go out in order', () => {
    const { queue, sent, send, take } = setUp();
    queue.open(2);
    send(4);
    expect(sent).toEqual(['0', '1']);
    take();
    expect(sent).toEqual(['0', '1', '2']);
    take();
    take();
    expect(sent).toEqual(['0', '1', '2', '3']);
  });

  test('fly no more at once than our own limit when the broker sets none', () => {
    const { queue, sent, send } = setUp();
    queue.open(65_535);
    send(answersInFlightLimit + 1);
    expect(sent).toHaveLength(answersInFlightLimit);
  });

  test('wait up to the limit; one more is lost, and told when the queue has run empty', () => {
    const { queue, sent, told, send, take } = setUp();
    send(answersWaitingLimit + 3);
    queue.open(1);
    for (let n = 0; n < answersWaitingLimit; n += 1) {
      take();
    }
    expect(sent).toHaveLength(answersWaitingLimit);
    expect(told).toEqual([3]);
  });

  test('are lost with the connection, and counted', () => {
    const { queue, sent, told, send } = setUp();
    queue.open(1);
    send(3);
    queue.close();
    expect(told).toEqual([3]);
    queue.open(1);
    expect(sent).toEqual(['0']);
  });

  test('that the broker refuses are counted as lost', () => {
    const { queue, told, send, take } = setUp();
    queue.open(10);
    send(1);
    take(false);
    expect(told).toEqual([1]);
  });

  test('that the broker leaves lying for half a minute show that it is gone', () => {
    const { queue, told, send, take, deadline } = setUp();
    queue.open(10);
    send(2);
    take();
    expect(deadline()?.atMs).toBe(takenDeadlineMs);
    deadline()?.action();
    expect(told).toEqual(['stuck']);
    take();
    expect(deadline()).toBeUndefined();
  });
});
