import { createEndingClock, type EndingClock } from '#agent/runtime/endingClock.ts';
import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';
import type { BearerSwitch } from './side.ts';

/** From the moment that there is a way to a time server until it has answered and the clock is set. */
const networkTimeMs = 3 * secondMs;

/** A clock that nobody has set shows this, milliseconds since 1970. */
const unsetWallMs = 0;

/**
 * The wall clock of a machine without a battery for it. It outlives the programs on the machine, but not its power: then
 * it shows what it showed last, and nobody should believe it, until a time server is reached.
 */
export interface WallClock {
  wallMs(): number;
  trusted(): boolean;
  jump(byMs: number): void;
  unset(): void;
  losePower(): void;
  regainPower(): void;
  /** There may be a way to a time server, which there was not. */
  connected(): void;
}

/** `hasNetwork` says whether a time server can be reached right now. It is the world's own time that it tells. */
export function createWallClock({ clock, hasNetwork }: { clock: Clock; hasNetwork(): boolean }): WallClock {
  let offsetMs = 0;
  let trusted = true;
  let lastMs = 0;
  let cancelAnswer: Cancel = () => {};
  const wallMs = (): number => clock.wallMs() + offsetMs;

  function connected(): void {
    if (trusted) return;
    cancelAnswer();
    cancelAnswer = clock.at(clock.monotonicMs() + networkTimeMs, () => {
      if (!hasNetwork()) return;
      offsetMs = 0;
      trusted = true;
    });
  }

  return {
    wallMs,
    trusted: () => trusted,
    jump(byMs) {
      offsetMs += byMs;
    },
    unset() {
      offsetMs = unsetWallMs - clock.wallMs();
      trusted = false;
    },
    losePower() {
      cancelAnswer();
      lastMs = wallMs();
    },
    regainPower() {
      offsetMs = lastMs - clock.wallMs();
      trusted = false;
      connected();
    },
    connected,
  };
}

/** The hub's way out, by which its machine finds a time server as well. */
export function settingClock(bearer: BearerSwitch, wall: WallClock): BearerSwitch {
  return {
    down: bearer.down,
    up(difficulties) {
      bearer.up(difficulties);
      wall.connected();
    },
  };
}

/**
 * The clock that one run of a program sees; its timers die with it. `monotonicMs` counts from the start of its machine
 * (`bootMs` on the world's clock), as Linux has it.
 */
export function createLifeClock(world: Clock, bootMs: number, wall: WallClock): EndingClock {
  return createEndingClock({
    monotonicMs: () => world.monotonicMs() - bootMs,
    wallMs: wall.wallMs,
    wallTrusted: wall.trusted,
    at: (monotonicMs, action) => world.at(monotonicMs + bootMs, action),
  });
}
