import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Cancel, Clock } from '#protocol/core/time.ts';

export interface RequestProblem {
  code: 'timeout' | 'busy' | 'cancelled';
  /** Says what was waited for. */
  message: string;
}

export interface Request<Answer> {
  /** What is waited for, for people: "the answer to CO_RD_VERSION". */
  name: string;
  deadlineMs: number;
  matches(answer: Answer): boolean;
  /** Called once: with the answer that matched, or with why there is none. */
  done(outcome: Result<Answer, RequestProblem>): void;
}

/** Waits for one matching answer at a time: serial devices answer one question after the other. */
export interface Requests<Answer> {
  /** Sends by `send` and waits. While another request waits nothing is sent: the outcome is `busy`. */
  ask(request: Request<Answer>, send: () => void): void;
  /** Hands in what came from the device; tells whether it was the awaited answer. */
  offer(answer: Answer): boolean;
  /** Gives up the waiting request, if there is one: its line is gone. */
  cancel(reason: string): void;
}

export function createRequests<Answer>(clock: Clock): Requests<Answer> {
  let waiting: { request: Request<Answer>; cancelTimer: Cancel } | undefined;

  function settle(outcome: Result<Answer, RequestProblem>): void {
    const settled = waiting;
    // Cleared first: whoever is told may ask the next thing at once.
    waiting = undefined;
    settled?.cancelTimer();
    settled?.request.done(outcome);
  }

  return {
    ask(request, send) {
      if (waiting !== undefined) {
        const message = `${request.name} was not asked for: ${waiting.request.name} is waited for`;
        request.done(failure({ code: 'busy', message }));
        return;
      }
      const message = `${request.name} did not come within ${request.deadlineMs} ms`;
      const cancelTimer = clock.at(clock.monotonicMs() + request.deadlineMs, () =>
        settle(failure({ code: 'timeout', message })),
      );
      waiting = { request, cancelTimer };
      send();
    },
    offer(answer) {
      if (waiting?.request.matches(answer) !== true) return false;
      settle(success(answer));
      return true;
    },
    cancel(reason) {
      const name = waiting?.request.name;
      if (name !== undefined)
        settle(failure({ code: 'cancelled', message: `${name} is no longer waited for: ${reason}` }));
    },
  };
}
