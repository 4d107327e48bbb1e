import { minuteMs, secondMs, type Random } from '#protocol/core/time.ts';
import type { CloseReason } from './session.ts';

/** The pause before a reconnect is drawn evenly from nothing to the smaller of the cap and base × 2^failures (B2.3). */
export const backoffBaseMs = secondMs;
export const backoffCapMs = minuteMs;
/** The cap while an alarm waits (B2.3). */
export const hurriedCapMs = 10 * secondMs;

/** How long a link waits before it connects again. */
export interface Backoff {
  /** A session or attempt has ended. Returns the pause before the next attempt, in milliseconds. */
  pauseMs(reason: CloseReason): number;
  /** The session that ended was a good one: failures are counted from none again. */
  lasted(): void;
  /** An alarm waits, or no longer does (B2.3). Returns whether that is news. */
  hurry(on: boolean): boolean;
  /** The pause was ended for the hurry's sake: its immediate reconnect is had. */
  reconnectsAtOnce(): void;
}

export function createBackoff(random: Random): Backoff {
  let failures = 0;
  let hurried = false;
  /** Whether the immediate reconnect of a hurry is still to be had. */
  let immediateLeft = false;
  return {
    pauseMs(reason) {
      const capMs = hurried ? hurriedCapMs : backoffCapMs;
      const ceilingMs = Math.min(capMs, backoffBaseMs * 2 ** failures);
      failures += 1;
      if (reason.code === 'taken-over') {
        // Another hub answers to our name. Taking the session back at once would have the two throw each other out for ever.
        return capMs / 2 + random() * (capMs / 2);
      }
      if (hurried && immediateLeft) {
        immediateLeft = false;
        return 0;
      }
      return random() * ceilingMs;
    },
    lasted() {
      failures = 0;
      immediateLeft = hurried;
    },
    hurry(on) {
      if (on === hurried) return false;
      hurried = on;
      immediateLeft = on;
      return true;
    },
    reconnectsAtOnce() {
      immediateLeft = false;
    },
  };
}
