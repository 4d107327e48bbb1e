import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';

/** Acknowledgements that wait for their turn. One more is lost, counted and told; the hub asks again (B2.3). */
export const answersWaitingLimit = 10_000;

/** Acknowledgements in flight at once, or the broker's receive maximum when that is less. */
export const answersInFlightLimit = 1_000;

/** The broker has taken none of the acknowledgements in flight for so long: it is as good as gone. */
export const takenDeadlineMs = 30 * secondMs;

export interface AnswerQueueOptions {
  clock: Clock;
  /** Sends one; `done` tells whether the broker took it. False: there is no connection. */
  publish: (topic: string, payload: string, done: (taken: boolean) => void) => boolean;
  /** So many were lost since the last time this was told. */
  lost: (count: number) => void;
  /** The broker takes nothing any more. */
  stuck: () => void;
}

/** Sends acknowledgements in order within the broker's window, so that a flood of reports stays bounded here. */
export interface AnswerQueue {
  send(topic: string, payload: string): void;
  /** A connection is up, with so many in flight allowed. */
  open(receiveMaximum: number): void;
  /** The connection is gone, and with it what waited and flew: the hubs ask again. */
  close(): void;
  /** Counts one that was lost elsewhere. */
  lose(): void;
}

export function createAnswerQueue(options: AnswerQueueOptions): AnswerQueue {
  const { clock, publish, lost, stuck } = options;
  const waiting: { topic: string; payload: string }[] = [];
  let window = 0;
  let inFlight = 0;
  let lostCount = 0;
  let cancelDeadline: Cancel = () => {};

  function pump(): void {
    while (inFlight < window) {
      const next = waiting.shift();
      if (next === undefined) {
        tellLost();
        return;
      }
      inFlight += 1;
      if (inFlight === 1) {
        watch();
      }
      if (!publish(next.topic, next.payload, taken)) {
        inFlight -= 1;
        lostCount += 1;
      }
    }
  }

  function taken(good: boolean): void {
    inFlight -= 1;
    lostCount += good ? 0 : 1;
    watch();
    pump();
  }

  /** Sets the deadline anew for what is in flight. */
  function watch(): void {
    cancelDeadline();
    cancelDeadline = inFlight === 0 ? () => {} : clock.at(clock.monotonicMs() + takenDeadlineMs, stuck);
  }

  function tellLost(): void {
    if (lostCount > 0) {
      const count = lostCount;
      lostCount = 0;
      lost(count);
    }
  }

  return {
    send(topic, payload) {
      if (waiting.length >= answersWaitingLimit) {
        lostCount += 1;
        return;
      }
      waiting.push({ topic, payload });
      pump();
    },
    open(receiveMaximum) {
      window = Math.min(receiveMaximum, answersInFlightLimit);
      pump();
    },
    close() {
      lostCount += waiting.length + inFlight;
      waiting.length = 0;
      inFlight = 0;
      window = 0;
      cancelDeadline();
      tellLost();
    },
    lose() {
      lostCount += 1;
    },
  };
}
