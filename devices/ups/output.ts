import { type Cancel, type Clock, minuteMs, secondMs } from '#protocol/core/time.ts';
import type { Command } from '#protocol/megatec/commands.ts';

/** The mains are there again: the output follows so much later (Megatec C.5). */
export const restoreHoldMs = 10 * secondMs;

export interface OutputOptions {
  clock: Clock;
  hasMains(): boolean;
  onChange(): void;
}

/** The sockets of a supply, which commands switch off and on (S, C). */
export interface Output {
  isOn(): boolean;
  /** It is going to be off, or is off, by a command. */
  isShutDown(): boolean;
  shutDown(command: Extract<Command, { command: 'shut-down' }>): void;
  /** C: takes it back, or switches on. */
  cancelShutdown(): void;
  /** The battery is low: what waits for its time is done now. */
  low(): void;
  mainsChanged(): void;
  /** As after a start. */
  reset(): void;
}

export function createOutput({ clock, hasMains, onChange }: OutputOptions): Output {
  let state: 'on' | 'waiting' | 'off' = 'on';
  /** From when on it may come back; nothing: only when it is told. */
  let backFromMs: number | undefined;
  let backAfterMs: number | undefined;
  let cancel: Cancel = () => {};

  function become(next: typeof state): void {
    cancel();
    state = next;
    onChange();
  }

  function off(): void {
    become('off');
    backFromMs = backAfterMs === undefined ? undefined : clock.monotonicMs() + backAfterMs;
    awaitMains();
  }

  function awaitMains(): void {
    cancel();
    if (backFromMs === undefined || !hasMains()) return;
    const backMs = Math.max(backFromMs, clock.monotonicMs()) + restoreHoldMs;
    cancel = clock.at(backMs, () => become('on'));
  }

  return {
    isOn: () => state !== 'off',
    isShutDown: () => state !== 'on',
    shutDown({ afterMs, backAfterMinutes }) {
      if (state === 'off') return;
      backAfterMs = backAfterMinutes === 0 ? undefined : (backAfterMinutes ?? 0) * minuteMs;
      become('waiting');
      cancel = clock.at(clock.monotonicMs() + afterMs, off);
    },
    cancelShutdown() {
      if (state === 'waiting') become('on');
      if (state !== 'off') return;
      backFromMs = clock.monotonicMs();
      awaitMains();
    },
    low() {
      if (state === 'waiting') off();
    },
    mainsChanged() {
      if (state === 'off') awaitMains();
    },
    reset: () => become('on'),
  };
}
