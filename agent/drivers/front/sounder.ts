import type { Sound } from '#agent/hub/devices.ts';
import { type Cancel, type Clock, minuteMs } from '#protocol/core/time.ts';
import { tonesOf, urgent } from './tones.ts';
import { renderWave } from './wave.ts';

/** Plays a WAV file. `done` comes once, with what went wrong where something did; not after it was cancelled. */
export type PlayWave = (wave: Uint8Array, done: (problem?: string) => void) => Cancel;

/** The longest sound lasts ten seconds; a player that takes longer hangs. */
const playLimitMs = 15_000;
/** A sounder that failed is tried with silence, so that its return is told without a sound in the night. */
const retryMs = minuteMs;

export interface SounderOptions {
  clock: Clock;
  volumePercent: number;
  play: PlayWave;
  /** Whether sounds can be heard; said at a change, and first of all. */
  onHealth(problem: string | undefined): void;
}

export interface Sounder {
  play(sound: Sound): void;
  stop(): void;
}

/** One sound at a time: an urgent one is heard at once, any other waits for the end of the one that plays. */
export function createSounder({ clock, volumePercent, play, onHealth }: SounderOptions): Sounder {
  const waves = new Map<Sound | 'silence', Uint8Array>();
  let waiting: Sound | undefined;
  let isPlaying = false;
  let cancelPlay: Cancel = () => {};
  let cancelLimit: Cancel = () => {};
  let cancelRetry: Cancel = () => {};
  let said: { problem: string | undefined } | undefined;

  function waveOf(sound: Sound | 'silence'): Uint8Array {
    const rendered =
      waves.get(sound) ?? renderWave(sound === 'silence' ? [{ hz: 0, ms: 100 }] : tonesOf[sound], volumePercent);
    waves.set(sound, rendered);
    return rendered;
  }

  function start(sound: Sound | 'silence'): void {
    isPlaying = true;
    cancelRetry();
    cancelLimit = clock.at(clock.monotonicMs() + playLimitMs, () => {
      cancelPlay();
      ended(`a sound did not end within ${playLimitMs / 1_000} s`);
    });
    cancelPlay = play(waveOf(sound), ended);
  }

  function ended(problem?: string): void {
    isPlaying = false;
    cancelLimit();
    if (said === undefined || said.problem !== problem) {
      said = { problem };
      onHealth(problem);
    }
    const next = waiting;
    waiting = undefined;
    if (next !== undefined) start(next);
    else if (problem !== undefined) cancelRetry = clock.at(clock.monotonicMs() + retryMs, () => start('silence'));
  }

  function stop(): void {
    cancelPlay();
    cancelLimit();
    cancelRetry();
    isPlaying = false;
    waiting = undefined;
  }

  start('silence');

  return {
    play(sound) {
      if (isPlaying && !urgent.has(sound)) {
        // At most one waits, the newest: a sound that comes late says nothing true.
        waiting = sound;
        return;
      }
      if (isPlaying) stop();
      start(sound);
    },
    stop,
  };
}
