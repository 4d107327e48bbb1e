import type { FrontButton, FrontListener, Front } from '#agent/hub/devices.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Clock } from '#protocol/core/time.ts';
import type { KeyName } from '#protocol/evdev/keys.ts';
import { startButtons } from './buttons.ts';
import type { Lamp } from './lampPatterns.ts';
import { createLamps, type LightLamp } from './lamps.ts';
import { createSounder, type PlayWave } from './sounder.ts';

/** The parts of a front that are fitted, each behind what touches the machine. */
export interface FrontParts {
  clock: Clock;
  log: Log;
  lamps?: Partial<Record<Lamp, LightLamp>>;
  buttons?: { openLine: OpenLine; keys: Readonly<Record<FrontButton, KeyName>> };
  sounds?: { play: PlayWave; volumePercent: number };
}

/** The hub's own lamps, buttons and sounder as the hub sees them: one device, which fails when a part of it does. */
export function openFront({ clock, log, ...parts }: FrontParts, listener: FrontListener): Front {
  /** What is known of each part: undefined is well. */
  const problems = new Map<'lamps' | 'buttons' | 'sounds', string | undefined>();
  const fitted = (['lamps', 'buttons', 'sounds'] as const).filter((part) => parts[part] !== undefined);
  let told: 'well' | 'failing' | undefined;
  let isOpen = false;

  function heard(part: 'lamps' | 'buttons' | 'sounds', problem: string | undefined): void {
    problems.set(part, problem);
    if (isOpen) tell();
  }

  function tell(): void {
    const reasons = fitted.flatMap((part) => problems.get(part) ?? []);
    if (reasons.length > 0 && told !== 'failing') {
      told = 'failing';
      listener.failing(reasons.join('; '));
    } else if (reasons.length === 0 && told !== 'well' && fitted.every((part) => problems.has(part))) {
      told = 'well';
      listener.well();
    }
  }

  const lamps = createLamps({ clock, light: parts.lamps ?? {}, onHealth: (problem) => heard('lamps', problem) });
  const sounder =
    parts.sounds && createSounder({ clock, ...parts.sounds, onHealth: (problem) => heard('sounds', problem) });
  const buttons =
    parts.buttons &&
    startButtons({
      clock,
      log,
      ...parts.buttons,
      onPress: (button) => listener.button(button),
      onHealth: (problem) => heard('buttons', problem),
    });
  // Nothing is told before this has returned.
  const cancelFirst = clock.at(clock.monotonicMs(), () => {
    isOpen = true;
    tell();
  });

  return {
    show: lamps.show,
    savePower: lamps.savePower,
    play: (sound) => sounder?.play(sound),
    stop() {
      cancelFirst();
      isOpen = false;
      lamps.stop();
      sounder?.stop();
      buttons?.stop();
    },
  };
}
