import type { RadarListener } from '#agent/hub/devices.ts';
import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';
import type { TargetState } from '#protocol/ld2410/report.ts';

/** So many reports in a row say the same before it counts: the wire has no checksum, and one of ten a second is nothing. */
const reportsThatCount = 2;
/** Nobody is there when nobody was seen for so long. A radar that restarts sees nobody for a moment. */
const goneAfterMs = 5 * secondMs;
/** Somebody who moves is told of so often at most. */
const movementEveryMs = 5 * secondMs;
/** While the hub saves power what was seen is told so often (B6.2): what the radar guards is guarded still. */
export const slowLookMs = 30 * secondMs;

export interface Presence {
  report(state: TargetState): void;
  savePower(on: boolean): void;
  stop(): void;
}

/** Makes of ten reports a second what a hub wants to know: whether somebody is there, and that somebody moves. */
export function createPresence(clock: Clock, listener: Pick<RadarListener, 'presence' | 'movement'>): Presence {
  /** How many reports in a row, up to those that count, saw somebody, and somebody moving. */
  let seen = 0;
  let moving = 0;
  let isPresent = false;
  let toldPresent = false;
  /** Somebody moved, and that is still to be told. */
  let moved = false;
  let toldMovementMs = Number.NEGATIVE_INFINITY;
  let slow = false;
  let cancelGone: Cancel | undefined;
  let cancelLook: Cancel | undefined;

  function tell(): void {
    cancelLook?.();
    cancelLook = undefined;
    if (toldPresent !== isPresent) {
      toldPresent = isPresent;
      listener.presence(isPresent);
    }
    if (!moved) return;
    moved = false;
    toldMovementMs = clock.monotonicMs();
    listener.movement();
  }

  function changed(): void {
    if (slow) cancelLook ??= clock.at(clock.monotonicMs() + slowLookMs, tell);
    else tell();
  }

  function stay(): void {
    cancelGone?.();
    cancelGone = undefined;
    if (isPresent) return;
    isPresent = true;
    changed();
  }

  function go(): void {
    cancelGone ??= clock.at(clock.monotonicMs() + goneAfterMs, () => {
      cancelGone = undefined;
      isPresent = false;
      changed();
    });
  }

  function move(): void {
    if (moved || clock.monotonicMs() - toldMovementMs < movementEveryMs) return;
    moved = true;
    changed();
  }

  return {
    report(state) {
      seen = state === 'none' ? 0 : Math.min(seen + 1, reportsThatCount);
      moving = state === 'moving' || state === 'moving-and-still' ? Math.min(moving + 1, reportsThatCount) : 0;
      if (seen >= reportsThatCount) stay();
      else if (seen === 0 && isPresent) go();
      if (moving >= reportsThatCount) move();
    },
    savePower(on) {
      slow = on;
      if (!on) tell();
    },
    stop() {
      cancelGone?.();
      cancelLook?.();
    },
  };
}
