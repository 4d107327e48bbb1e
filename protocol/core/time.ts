/**
 * Time and chance as arguments. Nothing in this product reads the clock, sets a timer or draws a random number by
 * itself, so that one process can run a hub in real time, ten thousand of them, or one for a year in a second.
 */

/** Takes a timer back. Calling it after the timer has fired, or twice, does nothing. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since some moment before the program began; never jumps, never runs backwards (B12.1). */
  monotonicMs(): number;
  /** Milliseconds since 1970-01-01T00:00:00Z as the machine believes it to be; may jump either way. */
  wallMs(): number;
  /** Whether the wall clock was set from a source worth believing since the machine started (B12.2). */
  wallTrusted(): boolean;
  /** Calls `action` once, at the given monotonic time or at once when it has passed. Any number of milliseconds. */
  at(monotonicMs: number, action: () => void): Cancel;
}

/** Draws evenly from [0, 1). */
export type Random = () => number;

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
