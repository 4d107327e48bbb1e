import type { Display } from './concern.ts';
import type { Front, FrontListener, HubDevices, Light } from './devices.ts';

/** The most urgent first; of those that are wanted the first is shown. */
const byUrgency: readonly Light[] = [
  'cancel-window',
  'alarm',
  'acknowledged',
  'checked-in',
  'enrolling',
  'installer',
  'no-connection',
  'battery',
  'ready',
];

export interface FittedDisplay extends Display {
  start(listener: FrontListener): void;
  savePower(on: boolean): void;
  stop(): void;
}

/** The hub's lamps and sounder, where they are fitted. */
export function createDisplay({ openFront }: HubDevices): FittedDisplay {
  const wanted = new Set<Light>();
  let front: Front | undefined;
  let shown: Light = 'off';

  function show(): void {
    const light = byUrgency.find((one) => wanted.has(one)) ?? 'off';
    if (light !== shown) {
      shown = light;
      front?.show(light);
    }
  }

  return {
    start(listener) {
      front = openFront?.(listener);
      front?.show(shown);
    },
    light(light, isWanted) {
      if (isWanted) wanted.add(light);
      else wanted.delete(light);
      show();
    },
    play: (sound) => front?.play(sound),
    savePower: (on) => front?.savePower(on),
    stop: () => front?.stop(),
  };
}
