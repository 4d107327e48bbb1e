import { type Clock, type Random, secondMs } from '#protocol/core/time.ts';

/** TCP sends a lost segment again after this, and after twice as long each further time (RFC 6298). */
const retransmitAfterMs = 300;

/** Both ends give up when a segment did not get through for so long, as TCP_USER_TIMEOUT would have it. */
export const retransmitLimitMs = 30 * secondMs;

/** How bad a link is; what is not given is as usual. Units as in world.ts. */
export interface Difficulties {
  loss?: number;
  delayMs?: number;
  bitsPerSecond?: number;
}

export interface DirectionOptions {
  clock: Clock;
  random: Random;
  /** How long a packet is under way when nobody says otherwise. */
  usualDelayMs: number;
  difficulties(): Difficulties;
}

/**
 * One direction of a TCP connection: when a packet of so many bytes that is sent now will be there, in order; nothing
 * when TCP gives up. Chance is drawn only where there is loss.
 */
export function createDirection(options: DirectionOptions): (bytes: number) => number | undefined {
  const { clock, random, usualDelayMs } = options;
  let sendingUntilMs = 0;
  let lastArrivalMs = 0;
  return (bytes) => {
    const { loss = 0, delayMs = usualDelayMs, bitsPerSecond = Infinity } = options.difficulties();
    sendingUntilMs = Math.max(clock.monotonicMs(), sendingUntilMs) + (bytes * 8 * secondMs) / bitsPerSecond;
    const againMs = loss > 0 ? drawRetransmissionsMs(loss, random) : 0;
    if (againMs > retransmitLimitMs) return undefined;
    lastArrivalMs = Math.max(lastArrivalMs, sendingUntilMs + delayMs + againMs);
    return lastArrivalMs;
  };
}

function drawRetransmissionsMs(loss: number, random: Random): number {
  let totalMs = 0;
  for (let pauseMs = retransmitAfterMs; totalMs <= retransmitLimitMs && random() < loss; pauseMs *= 2) {
    totalMs += pauseMs;
  }
  return totalMs;
}
