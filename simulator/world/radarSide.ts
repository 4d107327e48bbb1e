import { slowLookMs } from '#agent/drivers/radar/presence.ts';
import type { HubDevices, RadarListener } from '#agent/hub/devices.ts';
import { createRadarDevice } from '#devices/radar/radarDevice.ts';
import { success } from '#protocol/core/result.ts';
import { type Cancel, secondMs } from '#protocol/core/time.ts';
import { createPlug, type Plug } from './plug.ts';
import type { Side, SideOptions } from './side.ts';
import { createWirePlug, openResting, say, type Wire } from './wires.ts';

/** What the radar draws, at work and slow (B6.2). */
const drawMilliwatts = { awake: 250, slow: 10 };
/** A radar at work sends ten frames a second; so long without one means that it is gone. */
const silenceMs = 10 * secondMs;
/** Whoever moves in a home has then moved, and stays. A radar that is being set up sees nothing for a second or two. */
const moveMs = 3 * secondMs;

interface Radar {
  plug: Plug;
  /** Somebody moves, or nobody is there. */
  see(what: 'movement' | 'nobody'): void;
  devices(fitted?: HubDevices): HubDevices;
  onEnd?(): void;
}

/** The radar: whether somebody is in the room, and moves. It is the accessory of its kind. */
export function createRadarSide(options: SideOptions): Side {
  const { loads, configuration, wires } = options;
  let slow = false;

  const draw = (): void => loads.set('radar', plug.isOn() ? drawMilliwatts[slow ? 'slow' : 'awake'] : 0);

  function rest(on: boolean): void {
    slow = on;
    draw();
  }

  const { plug, see, ...played } =
    wires?.radar === undefined ? playRadar(options, rest, draw) : wireRadar(options, wires.radar, rest, draw);

  function isRadar(name: string): boolean {
    return configuration.accessories.some((accessory) => accessory.name === name && accessory.kind === 'radar');
  }

  draw();
  return {
    ...played,
    perform(action) {
      if ((action.word !== 'move' && action.word !== 'still') || !isRadar(action.name)) return plug.perform(action);
      see(action.word === 'move' ? 'movement' : 'nobody');
      return success(undefined);
    },
    onPower: plug.onPower,
  };
}

function playRadar({ clock, recorder }: SideOptions, rest: (on: boolean) => void, onChange: () => void): Radar {
  const plug = createPlug({ device: 'radar', clock, recorder, silenceMs, onChange });
  let listener: RadarListener | undefined;
  let slow = false;
  let present = false;
  let told = { present: false };
  let moved = false;
  let cancelLook: Cancel | undefined;

  function look(): void {
    cancelLook = undefined;
    // A program that is killed as it hears this is not there any more for the next.
    const hearer = listener;
    if (!plug.isOn() || hearer === undefined) return;
    if (told.present !== present) hearer.presence(present);
    told = { present };
    if (moved) hearer.movement();
    moved = false;
  }

  function change(): void {
    if (slow) cancelLook ??= clock.at(clock.monotonicMs() + slowLookMs, look);
    else look();
  }

  function savePower(on: boolean): void {
    const wasSlow = slow;
    slow = on;
    rest(on);
    if (on || !wasSlow) return;
    cancelLook?.();
    look();
  }

  return {
    plug,
    see(what) {
      present = what === 'movement';
      moved ||= present && plug.isOn();
      change();
    },
    devices: () => ({
      openRadar(opened) {
        const closePlug = plug.open(opened);
        listener = opened;
        told = { present: false };
        slow = false;
        rest(false);
        cancelLook?.();
        cancelLook = clock.at(clock.monotonicMs() + secondMs, look);
        return {
          savePower,
          stop() {
            closePlug();
            if (listener === opened) listener = undefined;
          },
        };
      },
    }),
    onEnd() {
      listener = undefined;
    },
  };
}

function wireRadar(
  { clock, random, recorder }: SideOptions,
  wire: Wire,
  rest: (on: boolean) => void,
  onChange: () => void,
): Radar {
  const fake = createRadarDevice({ ...wire, clock, random });
  let cancelMove: Cancel = () => {};
  return {
    plug: createWirePlug({ device: 'radar', clock, recorder, fake, onChange }),
    see(what) {
      cancelMove();
      say(fake, what === 'movement' ? 'presence moving' : 'presence none');
      if (what === 'nobody') return;
      cancelMove = clock.at(clock.monotonicMs() + moveMs, () => say(fake, 'presence still'));
    },
    devices: ({ openRadar } = {}) => (openRadar === undefined ? {} : { openRadar: openResting(openRadar, rest) }),
  };
}
