import type { Front, FrontButton, FrontListener, HubDevices, Light } from '#agent/hub/devices.ts';
import { success } from '#protocol/core/result.ts';
import type { Side, SideOptions } from './side.ts';
import { say } from './wires.ts';

/** What panel and lamps draw, bright and dimmed (B6.2). */
const drawMilliwatts = { bright: 250, dimmed: 25 };

/**
 * The hub's buttons, lamps and sounder. A hub that is dead shows nothing. What is shown and played is noted as the hub
 * says it, whether its own driver does it, in a folder of files, or nobody.
 */
export function createFrontSide({ recorder, loads, front: fake }: SideOptions): Side {
  let listener: FrontListener | undefined;
  let shown: Light = 'off';

  const dim = (dimmed: boolean): void => loads.set('front', drawMilliwatts[dimmed ? 'dimmed' : 'bright']);

  function show(light: Light): void {
    if (light === shown) return;
    shown = light;
    recorder.note({ kind: 'light', name: light });
  }

  function ended(): void {
    listener = undefined;
    show('off');
  }

  /** Nobody hears the buttons of a hub that is dead, nor does it hear later of them. */
  function press(button: FrontButton): void {
    if (listener === undefined) return;
    if (fake === undefined) listener.button(button);
    else say(fake, `press ${button}`);
  }

  function open(opened: FrontListener, driver: Front | undefined): Front {
    listener = opened;
    dim(false);
    return {
      show(light) {
        show(light);
        driver?.show(light);
      },
      play(name) {
        recorder.note({ kind: 'sound', name });
        driver?.play(name);
      },
      savePower(on) {
        dim(on);
        driver?.savePower(on);
      },
      stop() {
        if (listener === opened) ended();
        driver?.stop();
      },
    };
  }

  dim(false);
  return {
    perform(action) {
      if (action.word !== 'button') return undefined;
      press(action.name);
      return success(undefined);
    },
    devices: ({ openFront }: HubDevices = {}) => ({ openFront: (opened) => open(opened, openFront?.(opened)) }),
    onEnd: ended,
  };
}
