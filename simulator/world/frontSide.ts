import type { FrontListener, Light } from '#agent/hub/devices.ts';
import { success } from '#protocol/core/result.ts';
import type { Side, SideOptions } from './side.ts';

/** What panel and lamps draw, bright and dimmed (B6.2). */
const drawMilliwatts = { bright: 250, dimmed: 25 };

/** The hub's buttons, lamps and sounder. A hub that is dead shows nothing. */
export function createFrontSide({ recorder, loads }: SideOptions): Side {
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

  dim(false);
  return {
    perform(action) {
      if (action.word !== 'button') return undefined;
      listener?.button(action.name);
      return success(undefined);
    },
    devices: () => ({
      openFront(opened) {
        listener = opened;
        dim(false);
        return {
          show,
          play: (name) => recorder.note({ kind: 'sound', name }),
          savePower: dim,
          stop: () => {
            if (listener === opened) ended();
          },
        };
      },
    }),
    onEnd: ended,
  };
}
