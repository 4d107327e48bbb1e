import { type Clock, secondMs } from '#protocol/core/time.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Status } from '#protocol/megatec/status.ts';

/** A supply that has taken the command shows its test within this. */
export const shownWithinMs = 30 * secondMs;
/** A cell that has less during its test has failed it, whatever the supply says: 10.5 V of a battery of twelve. */
const leastCellVolts = 1.75;
/** So many readings in a row that say "failed" count without a test: no checksum guards a single one. */
const failedReadings = 2;

export type TestOutcome = 'passed' | 'failed';

/** The monthly test of the battery (B6.5), and what the supply says of its battery without being asked. */
export interface BatteryTest {
  /** The test is wanted: it begins with the next reading on mains. Without mains it is not done. */
  want(): void;
  /** Looks at a reading, and begins the test by `begin` where it is wanted. */
  reading(status: Status, cellVolts: number | undefined, begin: () => void): void;
  /** How the last one ended; undefined when there was none, or the supply did not say. */
  outcome(): TestOutcome | undefined;
  /** It is another battery. */
  forget(): void;
}

/** Any test counts: the one that was asked for, the supply's own, and one begun by its button. */
export function createBatteryTest(clock: Clock, log: Log): BatteryTest {
  let wanted = false;
  let begunMs: number | undefined;
  let running: { gaveOut: boolean; interrupted: boolean } | undefined;
  let outcome: TestOutcome | undefined;
  let failures = 0;

  function watch({ batteryLow, mainsGone }: Status, cellVolts: number | undefined): void {
    begunMs = undefined;
    running ??= { gaveOut: false, interrupted: false };
    running.gaveOut ||= batteryLow || (cellVolts !== undefined && cellVolts < leastCellVolts);
    running.interrupted ||= mainsGone;
  }

  /** A test that the mains have interrupted says nothing. */
  function end({ failed, mainsGone }: Status): void {
    if (running === undefined) return;
    const { gaveOut, interrupted } = running;
    running = undefined;
    if (interrupted || mainsGone) return;
    outcome = failed || gaveOut ? 'failed' : 'passed';
    log.info({ device: 'ups', outcome }, 'battery tested');
  }

  return {
    want() {
      wanted = true;
    },
    reading(status, cellVolts, begin) {
      if (status.testing) watch(status, cellVolts);
      else end(status);
      failures = status.failed ? failures + 1 : 0;
      if (failures >= failedReadings && running === undefined) outcome = 'failed';
      if (begunMs !== undefined && clock.monotonicMs() - begunMs > shownWithinMs) {
        begunMs = undefined;
        log.info({ device: 'ups' }, 'the supply does not show a battery test: it is not known how it ended');
      }
      const isFree = !status.testing && !status.mainsGone;
      if (wanted && isFree) {
        begunMs = clock.monotonicMs();
        begin();
      }
      wanted = false;
    },
    outcome: () => outcome,
    forget() {
      [outcome, running, begunMs, failures] = [undefined, undefined, undefined, 0];
    },
  };
}
