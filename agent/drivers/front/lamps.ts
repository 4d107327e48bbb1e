import type { Light } from '#agent/hub/devices.ts';
import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';
import { type Lamp, lamps, lampsOf, patterns } from './lampPatterns.ts';

/** A lamp that can be lit, from 0 to 1. Throws when it is not there. */
export type LightLamp = (brightness: number) => void;

/** In the dark of a battery the status lamp is as bright as this (B6.2); the alarm's stays as it is. */
const savedBrightness = 0.1;
/** Lamps that were not there are looked for again after this. */
const retryMs = 10 * secondMs;

export interface LampsOptions {
  clock: Clock;
  /** Those that are fitted. */
  light: Partial<Record<Lamp, LightLamp>>;
  /** Whether all of them can be lit; said at a change, and first of all. */
  onHealth(problem: string | undefined): void;
}

export interface Lamps {
  show(light: Light): void;
  savePower(on: boolean): void;
  /** All dark. */
  stop(): void;
}

/** Blinks the lamps by the clock. */
export function createLamps({ clock, light, onHealth }: LampsOptions): Lamps {
  let shown: Light = 'off';
  let saving = false;
  let problem: string | undefined;
  let said: { problem: string | undefined } | undefined;
  let cancels: Cancel[] = [];

  function set(lamp: Lamp, isOn: boolean): void {
    try {
      light[lamp]?.(!isOn ? 0 : saving && lamp === 'status' ? savedBrightness : 1);
    } catch (error) {
      problem ??= error instanceof Error ? error.message : String(error);
    }
  }

  function run(lamp: Lamp, index: number): void {
    const steps = patterns[lampsOf[shown][lamp]];
    // Even steps are on; a pattern without steps is on for ever, one of nothing is off.
    const lastsMs = steps.length < 2 ? undefined : steps[index % steps.length];
    set(lamp, steps.length < 2 ? steps.length === 0 : index % 2 === 0);
    if (lastsMs !== undefined) later(lastsMs, () => run(lamp, index + 1));
  }

  function later(delayMs: number, action: () => void): void {
    const cancel = clock.at(clock.monotonicMs() + delayMs, () => {
      cancels = cancels.filter((one) => one !== cancel);
      action();
      tellHealth();
    });
    cancels.push(cancel);
  }

  function tellHealth(): void {
    if (said !== undefined && said.problem === problem) return;
    said = { problem };
    onHealth(problem);
    // All is begun anew after a while: a lamp that is back has forgotten what it showed.
    if (problem !== undefined) later(retryMs, begin);
  }

  function begin(): void {
    cancels.forEach((cancel) => cancel());
    cancels = [];
    problem = undefined;
    for (const lamp of lamps) run(lamp, 0);
    if (problem !== undefined && said?.problem === problem) later(retryMs, begin);
    tellHealth();
  }

  return {
    show(next) {
      shown = next;
      begin();
    },
    savePower(on) {
      saving = on;
      begin();
    },
    stop() {
      cancels.forEach((cancel) => cancel());
      cancels = [];
      for (const lamp of lamps) set(lamp, false);
    },
  };
}
