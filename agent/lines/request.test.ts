import { expect, test } from 'vitest';
import { createVirtualClock } from '#test/virtualClock.ts';
import { createRequests, type RequestProblem } from './request.ts';
import type { Result } from '#protocol/core/result.ts';

function setUp() {
  const clock = createVirtualClock();
  const requests = createRequests<string>(clock);
  const sent: string[] = [];
  const outcomes: Result<string, RequestProblem>[] = [];
  const ask = (name: string, matching: string): void =>
    requests.ask(
      { name, deadlineMs: 1_000, matches: (answer) => answer === matching, done: (outcome) => outcomes.push(outcome) },
      () => sent.push(name),
    );
  return { clock, requests, sent, outcomes, ask };
}

test('the first answer that matches is taken, and others are left to their owner', () => {
  const { clock, requests, sent, outcomes, ask } = setUp();
  ask('the version', 'v1');
  expect(requests.offer('something else')).toBe(false);
  expect(requests.offer('v1')).toBe(true);
  expect(requests.offer('v1')).toBe(false);
  clock.advance(10_000);
  expect(sent).toEqual(['the version']);
  expect(outcomes).toEqual([{ ok: true, value: 'v1' }]);
});

test('an answer that does not come is a problem that says what was waited for, at its deadline', () => {
  const { clock, requests, outcomes, ask } = setUp();
  ask('the version', 'v1');
  clock.advance(999);
  expect(outcomes).toEqual([]);
  clock.advance(1);
  expect(outcomes).toEqual([
    { ok: false, problem: { code: 'timeout', message: 'the version did not come within 1000 ms' } },
  ]);
  expect(requests.offer('v1')).toBe(false);
});

test('only one request waits: a second is refused and not sent', () => {
  const { requests, sent, outcomes, ask } = setUp();
  ask('the version', 'v1');
  ask('the base id', 'b1');
  expect(sent).toEqual(['the version']);
  expect(outcomes).toMatchObject([{ ok: false, problem: { code: 'busy' } }]);
  expect(requests.offer('v1')).toBe(true);
});

test('whoever is told an answer may ask the next thing at once', () => {
  const { clock, requests, sent } = setUp();
  const answers: string[] = [];
  requests.ask(
    {
      name: 'first',
      deadlineMs: 1_000,
      matches: () => true,
      done: () =>
        requests.ask(
          {
            name: 'second',
            deadlineMs: 1_000,
            matches: () => true,
            done: (two) => answers.push(two.ok ? two.value : ''),
          },
          () => sent.push('second'),
        ),
    },
    () => sent.push('first'),
  );
  requests.offer('1');
  requests.offer('2');
  expect({ sent, answers, waiting: clock.waiting() }).toEqual({
    sent: ['first', 'second'],
    answers: ['2'],
    waiting: 0,
  });
});

test('an answer may come before the sending returns', () => {
  const { clock, requests, outcomes } = setUp();
  const request = {
    name: 'the version',
    deadlineMs: 1_000,
    matches: () => true,
    done: (outcome: Result<string, RequestProblem>) => void outcomes.push(outcome),
  };
  requests.ask(request, () => requests.offer('v1'));
  clock.advance(10_000);
  expect(outcomes).toEqual([{ ok: true, value: 'v1' }]);
});

test('a request whose line is gone is given up with the reason', () => {
  const { clock, requests, outcomes, ask } = setUp();
  requests.cancel('nothing waits yet');
  ask('the version', 'v1');
  requests.cancel('unplugged');
  clock.advance(10_000);
  expect(outcomes).toEqual([
    { ok: false, problem: { code: 'cancelled', message: 'the version is no longer waited for: unplugged' } },
  ]);
});
