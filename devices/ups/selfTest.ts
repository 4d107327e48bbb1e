import { type Cancel, type Clock, minuteMs, secondMs } from '#protocol/core/time.ts';
import type { Command } from '#protocol/megatec/commands.ts';

/** T lasts for ten seconds (Megatec C.2). */
export const testMs = 10 * secondMs;
/** A battery that holds less of what it held when new fails its test. */
export const testPassesFromPercent = 70;

export type TestCommand = Extract<Command, { command: 'test' | 'test-for' | 'test-until-low' }>;

export interface SelfTestOptions {
  clock: Clock;
  /** Something begins or ends: it flows otherwise. */
  onChange(): void;
  /** It has ended by itself. `gaveOut`: before its time, because the battery was low. */
  onOutcome(gaveOut: boolean): void;
}

/** The test of a supply: while it lasts, the load is on the battery although the mains are there. */
export interface SelfTest {
  isOn(): boolean;
  /** False: one is under way already. */
  begin(command: TestCommand): boolean;
  /** The battery is low: that ends every test, and is what TL waits for. */
  low(): void;
  /** Ends it without an outcome. */
  end(): void;
}

export function createSelfTest({ clock, onChange, onOutcome }: SelfTestOptions): SelfTest {
  let cancel: Cancel | undefined;
  let untilLow = false;

  function end(): void {
    if (cancel === undefined) return;
    cancel();
    cancel = undefined;
    onChange();
  }

  function finish(gaveOut: boolean): void {
    if (cancel === undefined) return;
    onOutcome(gaveOut);
    end();
  }

  return {
    isOn: () => cancel !== undefined,
    begin(command) {
      if (cancel !== undefined) return false;
      untilLow = command.command === 'test-until-low';
      const lastsMs = command.command === 'test-for' ? command.minutes * minuteMs : testMs;
      cancel = untilLow ? () => {} : clock.at(clock.monotonicMs() + lastsMs, () => finish(false));
      onChange();
      return true;
    },
    low: () => finish(!untilLow),
    end,
  };
}
