import type { Position, PositionListener, TrackerListener } from '#agent/hub/devices.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Cancel, minuteMs, secondMs } from '#protocol/core/time.ts';
import { createPlug } from './plug.ts';
import type { Side, SideOptions } from './side.ts';
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

/** The hub's own receiver of positions, and the GPS trackers that clients carry. */
export function createGnssSide({ clock, recorder, loads, configuration, realRates }: SideOptions): Side {
  const plug = createPlug({ device: 'gnss', clock, recorder, silenceMs, onChange: changed });
  let listener: PositionListener | undefined;
  let tracker: TrackerListener | undefined;
  let position = home;
  let told: { position: Position; atMs: number } | undefined;
  let slow = false;
  let cancel: Cancel = () => {};

  const draw = (): void => loads.set('gnss', plug.isOn() ? drawMilliwatts[slow ? 'slow' : 'awake'] : 0);

  /** Pulled out, its place is not known any more; put back, it tells it anew. */
  function changed(): void {
    told = undefined;
    draw();
  }

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

  function moveTo(name: string, there: Position): Result<void, string> {
    if (name === 'hub') {
      position = there;
      if (!slow && listener !== undefined) tell(listener);
      return success(undefined);
    }
    return withTracker('position', name, (id) => tracker?.position(id, there));
  }

  function withTracker(word: string, name: string, tell: (id: string) => void): Result<void, string> {
    const accessory = configuration.accessories.find((candidate) => candidate.name === name);
    if (accessory === undefined) return failure(`${word}: there is no accessory ${name}`);
    const { kind } = accessory;
    if (kind !== 'gps') return failure(`${word}: ${name} is a ${kind}; right would be the name of a gps, or hub`);
    tell(accessory.id);
    return success(undefined);
  }

  function perform(action: Action): Result<void, string> | undefined {
    if (action.word === 'position') {
      const { name, latitude, longitude } = action;
      return moveTo(name, { latitude, longitude });
    }
    if (action.word === 'sos') return withTracker('sos', action.name, (id) => tracker?.sos(id));
    return plug.perform(action);
  }

  draw();
  return {
    perform,
    devices: () => ({
      openGnss(opened) {
        const closePlug = plug.open(opened);
        listener = opened;
        told = undefined;
        slow = false;
        draw();
        tellIn(secondMs);
        return {
          savePower(on) {
            slow = on;
            draw();
            tellIn(everyMs());
          },
          stop() {
            closePlug();
            if (listener === opened) listener = undefined;
          },
        };
      },
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
      listener = undefined;
      tracker = undefined;
    },
  };
}
