import type { Cancel } from '#protocol/core/time.ts';
import type { PendingReport, Stamp } from '#agent/hub/ports.ts';
import type { Configuration } from '#protocol/configuration/configuration.ts';
import type { Path } from './path.ts';

/**
 * One report on its way to the centre, from its commit to its acknowledgement (B2).
 * ready: wants to be asked · asking: sent, the answer is awaited · held: the centre asked for patience (B2.4) ·
 * resting: all paths were tried, the next round comes (B2.3).
 */
export interface Delivery {
  ref: string;
  priority: number;
  /** Its place in the journal: older first (B2.6). */
  seq: number;
  stamp: Stamp;
  /** Here while it is asked for; and always where it `stays`. */
  report: PendingReport | undefined;
  /** The journal must not be needed any more: an alarm, or what the journal could not take (B1.1). */
  stays: boolean;
  state: 'ready' | 'asking' | 'held' | 'resting';
  /** Counts what was sent; a reader of the envelope sees repeats by it. */
  attempt: number;
  /** Rounds that are over (B2.3), and those of them in which a path was asked. */
  round: number;
  askedRounds: number;
  /** Whether a path was asked in this round. */
  wasAsked: boolean;
  roundBeganMs: number;
  /** The path in use, or the one to be tried first. */
  path: number;
  /** A path before the one that is asked has come up since: it is the next one (B2.2). */
  passedOver: boolean;
  heldSinceMs: number | undefined;
  /** Whether a faulty answer to it was told (B2.4). */
  faultTold: boolean;
  cancelTimer: Cancel | undefined;
}

/** How long, how often and how far apart: the configuration's word for it (B2.2–B2.4). */
export type DeliverySettings = Configuration['paths'];

export function newDelivery(report: PendingReport, stays: boolean): Delivery {
  const { ref, priority, seq, stamp } = report;
  return {
    ref,
    priority,
    seq,
    stamp,
    report: stays ? report : undefined,
    stays,
    state: 'ready',
    attempt: 0,
    round: 0,
    askedRounds: 0,
    wasAsked: false,
    roundBeganMs: 0,
    path: 0,
    passedOver: false,
    heldSinceMs: undefined,
    faultTold: false,
    cancelTimer: undefined,
  };
}

/** Higher priority first, then older first (B2.6). */
export function goesBefore(a: Delivery, b: Delivery): boolean {
  return a.priority === b.priority ? a.seq < b.seq : a.priority > b.priority;
}

/** All paths were tried, or there was none to try. */
export function endRound(delivery: Delivery): void {
  delivery.path = 0;
  delivery.round += 1;
  delivery.askedRounds += delivery.wasAsked ? 1 : 0;
}

/**
 * When the next round begins, counted from the begin of the last one. Rounds without a path do not use up the quick ones
 * that the centre is to get when the link is back (B2.3).
 */
export function nextRoundMs(delivery: Delivery, settings: DeliverySettings): number {
  const rounds = delivery.wasAsked ? delivery.askedRounds : delivery.round;
  return delivery.roundBeganMs + (rounds < settings.rounds ? settings.roundEveryMs : settings.thenEveryMs);
}

/** The first path to ask, from the delivery's own on: it is up, and not known to be down while another is not (B2.4). */
export function usablePath(delivery: Delivery, paths: readonly Path[]): number | undefined {
  const isAnyGood = paths.some((path) => path.isUp() && !path.isSuspect());
  const index = paths.findIndex(
    (path, place) => place >= delivery.path && path.isUp() && !(isAnyGood && path.isSuspect()),
  );
  return index === -1 ? undefined : index;
}

export function clearTimer(delivery: Delivery): void {
  delivery.cancelTimer?.();
  delivery.cancelTimer = undefined;
}
