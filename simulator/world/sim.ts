import type { MobileStatus } from '#agent/hub/devices.ts';
import { type Clock, secondMs } from '#protocol/core/time.ts';

/** A SIM takes so many wrong PINs in a row; then only its PUK helps (3GPP TS 31.101). */
const wrongPinsAtMost = 3;

/** A SIM thinks for so long about a PIN. */
const pinTakesMs = secondMs;

export interface Sim {
  state(): MobileStatus['sim'];
  /** Somebody changes it: it is gone, or another one is in its place. */
  befall(what: 'no-sim' | 'wrong-pin' | 'puk' | 'ordinary'): void;
  /** The modem started anew: the SIM asks for its PIN again. */
  restarted(): void;
  enterPin(entry: PinEntry, outcome: (is: 'accepted' | 'wrong' | 'failed') => void): void;
  /** Wrong PINs given to any of them. */
  wrongPins(): number;
}

export interface PinEntry {
  clock: Clock;
  pin: string;
  /** Whether the modem answers. */
  answers(): boolean;
  /** Whether the program that has entered it still listens. */
  hears(): boolean;
}

/** The card in the modem. At first it is the right one, unlocked; without a PIN it never asks for one. */
export function createSim(pin: string | undefined): Sim {
  let state: Exclude<MobileStatus['sim'], 'unknown'> = 'ready';
  let lockedBy = pin;
  let wrongInARow = 0;
  let wrongPins = 0;

  function tryPin(tried: string): 'accepted' | 'wrong' {
    if (tried === lockedBy) {
      wrongInARow = 0;
      state = 'ready';
      return 'accepted';
    }
    wrongPins += 1;
    wrongInARow += 1;
    if (wrongInARow >= wrongPinsAtMost) state = 'puk-required';
    return 'wrong';
  }

  return {
    state: () => state,
    befall(what) {
      wrongInARow = 0;
      switch (what) {
        case 'no-sim':
          state = 'absent';
          break;
        case 'wrong-pin':
          lockedBy = pin === '2580' ? '1379' : '2580';
          state = 'pin-required';
          break;
        case 'puk':
          state = 'puk-required';
          break;
        case 'ordinary':
          lockedBy = pin;
          state = 'ready';
          break;
      }
    },
    restarted() {
      if (state === 'ready' && lockedBy !== undefined) state = 'pin-required';
    },
    enterPin({ clock, pin: tried, answers, hears }, outcome) {
      clock.at(clock.monotonicMs() + pinTakesMs, () => {
        const is = answers() && state === 'pin-required' ? tryPin(tried) : 'failed';
        if (hears()) outcome(is);
      });
    },
    wrongPins: () => wrongPins,
  };
}
