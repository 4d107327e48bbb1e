import type { Log } from '#protocol/core/log.ts';
import type { Cancel, Clock } from '#protocol/core/time.ts';

/** Says what is wrong, for people; nothing while all is well. */
export type Check = () => string | undefined;

export interface WatchdogOptions {
  /** Not fed for so long, whoever watches ends the program and starts it anew. */
  periodMs: number;
  /** The machine's own: it must not end with the timers that are watched. */
  clock: Clock;
  log: Log;
  checks: readonly Check[];
  /** All is well: the watchdog is to be fed. */
  feed(): void;
  /** It is not fed, for this reason. */
  starve(reason: string): void;
}

/** Of the period: a timer, or the loop, that is later than this is not on time. */
const lateShare = 1 / 4;
/** What was not well is looked at again after this share of the period: one look that was late is no end. */
const againShare = 1 / 8;

/** How late a timer may be, milliseconds, under a watchdog with this period. */
export function lateLimitMs(periodMs: number): number {
  return periodMs * lateShare;
}

/**
 * Feeds the watchdog at half of its period (sd_watchdog_enabled(3)), only while everything is well (B15.2). A loop that
 * blocks does not get here at all; one that is slow gets here late, and that counts as unwell.
 */
export function startWatchdog({ periodMs, clock, log, checks, feed, starve }: WatchdogOptions): Cancel {
  let dueMs = clock.monotonicMs();
  let cancel: Cancel = () => {};
  let told: string | undefined;

  function loopProblem(): string | undefined {
    const lateMs = clock.monotonicMs() - dueMs;
    return lateMs > lateLimitMs(periodMs) ? `the loop was blocked for ${seconds(lateMs)}` : undefined;
  }

  function look(): void {
    const problem = [loopProblem, ...checks].reduce<string | undefined>((found, check) => found ?? check(), undefined);
    if (problem === undefined) feed();
    else starve(problem);
    if (problem !== undefined && told === undefined) {
      log.error({ step: 'watchdog', reason: problem }, 'the hub is not well: the watchdog is not fed');
    } else if (problem === undefined && told !== undefined) {
      log.info({ step: 'watchdog' }, 'the hub is well again: the watchdog is fed');
    }
    told = problem;
    dueMs = clock.monotonicMs() + periodMs * (problem === undefined ? 1 / 2 : againShare);
    cancel = clock.at(dueMs, look);
  }

  look();
  return () => cancel();
}

/** Timers that fire on time, by the clock that holds them all. */
export function timersOnTime(overdueMs: () => number, limitMs: number): Check {
  return () => {
    const lateMs = overdueMs();
    return lateMs > limitMs ? `a timer is late by ${seconds(lateMs)}` : undefined;
  };
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
