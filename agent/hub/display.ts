import type { Cancel, Clock } from '#protocol/core/time.ts';
import type { Display } from './concern.ts';
import type { Front, FrontListener, HubDevices, Light, Sound } from './devices.ts';

/** What each light says, the most urgent first: of those that are wanted the first is shown (docs/front.md). */
export const lightMeanings: readonly (readonly [light: Light, meaning: string])[] = [
  ['cancel-window', 'an alarm goes out in a moment unless it is cancelled (B1.5)'],
  ['refused', 'the tag is not known (B9.2)'],
  ['checked-out', 'a visit has ended (B9.5)'],
  ['alarm', 'an alarm waits for the centre (B1)'],
  ['acknowledged', 'the centre has taken the alarm (B2.1)'],
  ['enrolling', 'a new accessory may be taught in (B14.2)'],
  ['installer', 'installer mode: every telegram is shown (B10.1)'],
  ['checked-in', 'a visit is open (B9.5)'],
  ['no-connection', 'no centre can be reached (H9)'],
  ['battery', 'the mains are gone, or the battery is weak (B6)'],
  ['ready', 'in service, and nothing to say'],
];

/** What each sound says (docs/front.md). */
export const soundMeanings: Readonly<Record<Sound, string>> = {
  alarm: 'an alarm goes out (B1)',
  acknowledged: 'the centre has taken the alarm (B2.1)',
  'cancel-window': 'an alarm goes out in a moment unless it is cancelled (B1.5)',
  cancelled: 'the alarm was cancelled (B1.5)',
  'checked-in': 'a visit has begun (B9.5)',
  'checked-out': 'a visit has ended (B9.5)',
  refused: 'the tag is not known (B9.2)',
  camera: 'a visit by camera begins (B8)',
  call: 'a call begins, or ends (B3)',
  'range-test': 'in installer mode: a telegram was received (B10.1)',
  enrolled: 'a new accessory was taught in (B14.2)',
};

export interface FittedDisplay extends Display {
  start(listener: FrontListener): void;
  savePower(on: boolean): void;
  stop(): void;
}

/** The hub's lamps and sounder, where they are fitted. */
export function createDisplay({ openFront }: HubDevices, clock: Clock): FittedDisplay {
  const wanted = new Set<Light>();
  const flashing = new Map<Light, Cancel>();
  let front: Front | undefined;
  let shown: Light = 'off';

  function show(): void {
    const light = lightMeanings.find(([one]) => wanted.has(one))?.[0] ?? 'off';
    if (light !== shown) {
      shown = light;
      front?.show(light);
    }
  }

  function want(light: Light, isWanted: boolean): void {
    flashing.get(light)?.();
    flashing.delete(light);
    if (isWanted) wanted.add(light);
    else wanted.delete(light);
    show();
  }

  return {
    start(listener) {
      front = openFront?.(listener);
      front?.show(shown);
    },
    light: want,
    flash(light, forMs) {
      want(light, true);
      flashing.set(
        light,
        clock.at(clock.monotonicMs() + forMs, () => want(light, false)),
      );
    },
    play: (sound) => front?.play(sound),
    savePower: (on) => front?.savePower(on),
    stop() {
      flashing.forEach((cancel) => cancel());
      front?.stop();
    },
  };
}
