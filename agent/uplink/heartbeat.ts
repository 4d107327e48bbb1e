import type { Log } from '#protocol/core/log.ts';
import { type Cancel, type Clock, minuteMs, secondMs } from '#protocol/core/time.ts';

/** A heartbeat without an answer for this long is unanswered (B4.4). */
export const answerWithinMs = 30 * secondMs;

/** What a heartbeat says of itself; the rest is told by those who know it. */
export interface Beat {
  /** Counts up by one a beat, from 1 at the start of the program. */
  sequence: number;
  /** Beats that could not go out before this one, and how long ago the first of them was due (B4.3). */
  missed: number;
  missedSinceMs: number | undefined;
}

export interface HeartbeatPorts {
  /** The hub's id: it decides where in the interval this hub beats. */
  hub: string;
  intervalMs: number;
  clock: Clock;
  log: Log;
  /** Sends it now or never; false when it could not go out. */
  send(beat: Beat): boolean;
}

export interface Heartbeats {
  /** The path came up: the first beat follows at once (B4.1). */
  connected(): void;
  /** The centre answered; it may set the interval, in minutes (B4.5). */
  answered(sequence: number, intervalMinutes: number | undefined): void;
  /** The interval that is configured has changed; what the centre sets counts after it. */
  setInterval(intervalMs: number): void;
  /** Unanswered beats in a row. */
  unanswered(): number;
  stop(): void;
}

/** Beats on a grid of the monotonic clock that does not drift, shifted by the hub's id so that a fleet is not in step. */
export function startHeartbeats({ hub, intervalMs, clock, log, send }: HeartbeatPorts): Heartbeats {
  const startedMs = clock.monotonicMs();
  let everyMs = intervalMs;
  let sequence = 0;
  let missed = 0;
  let firstMissedMs: number | undefined;
  let unanswered = 0;
  let cancelBeat: Cancel = () => {};
  let cancelAnswer: Cancel = () => {};

  function schedule(): void {
    cancelBeat();
    const offsetMs = startedMs + Math.round(phase(hub) * everyMs);
    const passed = Math.floor((clock.monotonicMs() - offsetMs) / everyMs);
    cancelBeat = clock.at(offsetMs + (passed + 1) * everyMs, () => {
      beat();
      schedule();
    });
  }

  function beat(): void {
    const nowMs = clock.monotonicMs();
    const missedSinceMs = firstMissedMs === undefined ? undefined : nowMs - firstMissedMs;
    if (send({ sequence: sequence + 1, missed, missedSinceMs })) {
      sequence += 1;
      missed = 0;
      firstMissedMs = undefined;
      cancelAnswer();
      cancelAnswer = clock.at(nowMs + answerWithinMs, noAnswer);
    } else {
      missed += 1;
      firstMissedMs ??= nowMs;
    }
  }

  function setInterval(intervalMs: number): void {
    if (intervalMs === everyMs) return;
    everyMs = intervalMs;
    schedule();
  }

  function noAnswer(): void {
    unanswered += 1;
    log.warn({ sequence, unanswered }, 'the centre did not answer the heartbeat');
  }

  schedule();
  return {
    connected: beat,
    answered(answeredSequence, intervalMinutes) {
      if (answeredSequence !== sequence) {
        return;
      }
      cancelAnswer();
      unanswered = 0;
      if (intervalMinutes !== undefined && intervalMinutes * minuteMs !== everyMs) {
        log.info({ intervalMinutes }, 'the centre set the heartbeat interval');
        setInterval(intervalMinutes * minuteMs);
      }
    },
    setInterval,
    unanswered: () => unanswered,
    stop() {
      cancelBeat();
      cancelAnswer();
    },
  };
}

/** Where in the interval a hub beats, from 0 to below 1: its id hashed (FNV-1a, 32 bits). */
function phase(hub: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < hub.length; index += 1) {
    hash = Math.imul(hash ^ hub.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash / 2 ** 32;
}
