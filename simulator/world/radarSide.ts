import { slowLookMs } from '#agent/drivers/radar/presence.ts';
import type { RadarListener } from '#agent/hub/devices.ts';
import { success } from '#protocol/core/result.ts';
import { type Cancel, secondMs } from '#protocol/core/time.ts';
import { createPlug } from './plug.ts';
import type { Side, SideOptions } from './side.ts';

/** What the radar draws, at work and slow (B6.2). */
const drawMilliwatts = { awake: 250, slow: 10 };
/** A radar at work sends ten frames a second; so long without one means that it is gone. */
const silenceMs = 10 * secondMs;

/** The radar: whether somebody is in the room, and moves. It is the accessory of its kind. */
export function createRadarSide({ clock, recorder, loads, configuration }: SideOptions): Side {
  const plug = createPlug({ device: 'radar', clock, recorder, silenceMs, onChange: () => draw() });
  let listener: RadarListener | undefined;
  let slow = false;
  let present = false;
  let told = { present: false };
  let moved = false;
  let cancelLook: Cancel | undefined;

  const draw = (): void => loads.set('radar', plug.isOn() ? drawMilliwatts[slow ? 'slow' : 'awake'] : 0);

  function isRadar(name: string): boolean {
    return configuration.accessories.some((accessory) => accessory.name === name && accessory.kind === 'radar');
  }

  function look(): void {
    cancelLook = undefined;
    if (!plug.isOn() || listener === undefined) return;
    if (told.present !== present) listener.presence(present);
    told = { present };
    if (moved) listener.movement();
    moved = false;
  }

  function change(): void {
    if (slow) cancelLook ??= clock.at(clock.monotonicMs() + slowLookMs, look);
    else look();
  }

  draw();
  return {
    perform(action) {
      if ((action.word !== 'move' && action.word !== 'still') || !isRadar(action.name)) return plug.perform(action);
      present = action.word === 'move';
      moved ||= present && plug.isOn();
      change();
      return success(undefined);
    },
    devices: () => ({
      openRadar(opened) {
        const closePlug = plug.open(opened);
        listener = opened;
        slow = false;
        told = { present: false };
        draw();
        cancelLook?.();
        cancelLook = clock.at(clock.monotonicMs() + secondMs, look);
        return {
          savePower(on) {
            const wasSlow = slow;
            slow = on;
            draw();
            if (on || !wasSlow) return;
            cancelLook?.();
            look();
          },
          stop() {
            closePlug();
            if (listener === opened) listener = undefined;
          },
        };
      },
    }),
    onPower: plug.onPower,
    onEnd() {
      listener = undefined;
    },
  };
}
