import type { HubDevices, Position, PositionListener, TrackerListener } from '#agent/hub/devices.ts';
import { createGnssDevice } from '#devices/gnss/gnssDevice.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Cancel, minuteMs, secondMs } from '#protocol/core/time.ts';
import { createPlug, type Plug } from './plug.ts';
import type { Side, SideOptions } from './side.ts';
import { createWirePlug, openResting, say, type Wire } from './wires.ts';
import type { Action } from './world.ts';

/** What the receiver draws, at work and slow (B6.2). */
const drawMilliwatts = { awake: 125, slow: 10 };
/** How often it tells what time it is: as in life, at work in a world, and slow. */
const tellEveryMs = { real: secondMs, awake: minuteMs, slow: 10 * minuteMs };
/** A place that stays is told again so often, as its driver does: an alarm carries the time beside it. */
const tellPlaceAgainEveryMs = minuteMs;
/** A receiver at work sends every second; so long without a sentence means that it is gone. */
const silenceMs = 10 * secondMs;

/** Where the home is: a square in Helsingborg. */
const home: Position = { latitude: 56.0465, longitude: 12.6945 };

interface Gnss {
  plug: Plug;
  moveTo(there: Position): void;
  devices(fitted?: HubDevices): HubDevices;
  onEnd?(): void;
}

/** What the receiver draws depends on both: whether it has power, and whether the hub lets it rest. */
interface Draws {
  rest(on: boolean): void;
  plugged(): void;
}

/** The hub's own receiver of positions, and the GPS trackers that clients carry. */
export function createGnssSide(options: SideOptions): Side {
  const { loads, configuration, wires } = options;
  let tracker: TrackerListener | undefined;
  let slow = false;

  const draw = (): void => loads.set('gnss', plug.isOn() ? drawMilliwatts[slow ? 'slow' : 'awake'] : 0);

  const draws: Draws = {
    rest(on) {
      slow = on;
      draw();
    },
    plugged: draw,
  };
  const gnss = wires?.gnss === undefined ? playGnss(options, draws) : wireGnss(options, wires.gnss, draws);
  const { plug } = gnss;

  function withTracker(word: string, name: string, tell: (id: string) => void): Result<void, string> {
    const accessory = configuration.accessories.find((candidate) => candidate.name === name);
    if (accessory === undefined) return failure(`${word}: there is no accessory ${name}`);
    const { kind } = accessory;
    if (kind !== 'gps') return failure(`${word}: ${name} is a ${kind}; right would be the name of a gps, or hub`);
    tell(accessory.id);
    return success(undefined);
  }

  function perform(action: Action): Result<void, string> | undefined {
    if (action.word === 'sos') return withTracker('sos', action.name, (id) => tracker?.sos(id));
    if (action.word !== 'position') return plug.perform(action);
    const { name, latitude, longitude } = action;
    const there = { latitude, longitude };
    if (name !== 'hub') return withTracker('position', name, (id) => tracker?.position(id, there));
    gnss.moveTo(there);
    return success(undefined);
  }

  draw();
  return {
    perform,
    devices: (fitted) => ({
      ...gnss.devices(fitted),
      openTracker(opened) {
        tracker = opened;
        return {
          stop() {
            if (tracker === opened) tracker = undefined;
          },
        };
      },
    }),
    onPower: plug.onPower,
    onEnd() {
      gnss.onEnd?.();
      tracker = undefined;
    },
  };
}

function playGnss({ clock, recorder, realRates }: SideOptions, draws: Draws): Gnss {
  const plug = createPlug({
    device: 'gnss',
    clock,
    recorder,
    silenceMs,
    onChange: draws.plugged,
    onFailing() {
      // Where it is, is not known any more.
      if (told !== undefined) listener?.position(undefined);
      told = undefined;
    },
  });
  let listener: PositionListener | undefined;
  let position = home;
  let told: { position: Position; atMs: number } | undefined;
  let slow = false;
  let cancel: Cancel = () => {};

  const everyMs = (): number => tellEveryMs[slow ? 'slow' : realRates ? 'real' : 'awake'];

  function tellIn(ms: number): void {
    cancel();
    cancel = clock.at(clock.monotonicMs() + ms, () => {
      if (listener === undefined) return;
      tell(listener);
      tellIn(everyMs());
    });
  }

  function tell(to: PositionListener): void {
    if (!plug.isOn()) return;
    to.satelliteTime(clock.wallMs());
    const nowMs = clock.monotonicMs();
    if (told?.position === position && nowMs - told.atMs < tellPlaceAgainEveryMs) return;
    told = { position, atMs: nowMs };
    to.position(position);
  }

  return {
    plug,
    moveTo(there) {
      position = there;
      if (!slow && listener !== undefined) tell(listener);
    },
    devices: () => ({
      openGnss(opened) {
        const closePlug = plug.open(opened);
        listener = opened;
        told = undefined;
        slow = false;
        draws.rest(false);
        tellIn(secondMs);
        return {
          savePower(on) {
            slow = on;
            draws.rest(on);
            tellIn(everyMs());
          },
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

function wireGnss({ clock, random, recorder }: SideOptions, wire: Wire, draws: Draws): Gnss {
  const fake = createGnssDevice({ ...wire, clock, random, at: home });
  return {
    plug: createWirePlug({ device: 'gnss', clock, recorder, fake, onChange: draws.plugged }),
    moveTo: ({ latitude, longitude }) => say(fake, `at ${latitude} ${longitude}`),
    devices: ({ openGnss } = {}) => (openGnss === undefined ? {} : { openGnss: openResting(openGnss, draws.rest) }),
  };
}
