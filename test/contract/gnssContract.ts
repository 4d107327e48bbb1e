import { startGnss } from '#agent/drivers/gnss/gnss.ts';
import type { Position } from '#agent/hub/devices.ts';
import { createGnssDevice } from '#devices/gnss/gnssDevice.ts';
import type { DeviceEnd } from '#devices/line/wire.ts';
import { distanceM, type Place } from '#protocol/core/distance.ts';
import { createLogRecorder } from '#test/logRecorder.ts';
import { createSeededRandom } from '#test/seededRandom.ts';
import type { Ground } from './ground.ts';

const home: Place = { latitude: 56.0465, longitude: 12.6945 };
/** A street further on: near enough to be believed at once, too far to be taken for wandering. */
const neighbour: Place = { latitude: 56.0475, longitude: 12.6945 };
/** What is told lies so close to where the receiver is. */
const nearM = 10;

/** What happens to the receiver between two bytes, how it ends, and what the hub is told of its health meanwhile. */
const troubles = {
  unplugged: { begin: 'unplug', end: 'plug', health: ['failing', 'well'] },
  silent: { begin: 'fault silent', end: 'fault none', health: ['failing', 'well'] },
  babbling: { begin: 'fault babbling', end: 'fault none', health: [] },
  restarted: { begin: 'restart', end: undefined, health: [] },
} as const;

export type Trouble = keyof typeof troubles;

export const allTroubles = Object.keys(troubles) as Trouble[];

/** The driver and the fake at the two ends of a line. At a byte of its choice a test has something happen. */
function connect(ground: Ground) {
  const places: (Position | undefined)[] = [];
  const health: string[] = [];
  let written = 0;
  let cut: { after: number; words: string } | undefined;
  /** Between the byte and what happens at it, nothing more gets out. */
  let cutOff = false;
  const line: DeviceEnd = {
    write(bytes) {
      if (cutOff) return;
      if (cut === undefined || written + bytes.length <= cut.after) {
        written += bytes.length;
        ground.line.write(bytes);
        return;
      }
      const { after, words } = cut;
      [cut, cutOff] = [undefined, true];
      ground.line.write(bytes.subarray(0, after - written));
      ground.clock.at(ground.clock.monotonicMs(), () => {
        cutOff = false;
        device.obey(words);
        ground.notice();
      });
    },
    onReceived: (handler) => ground.line.onReceived(handler),
  };
  const device = createGnssDevice({
    line,
    clock: ground.clock,
    random: createSeededRandom(17),
    connector: ground.connector,
    at: home,
  });
  const gnss = startGnss({
    openLine: ground.openLine,
    clock: ground.clock,
    log: createLogRecorder().log,
    listener: {
      position(position) {
        places.push(position);
        ground.notice();
      },
      satelliteTime() {},
      failing() {
        health.push('failing');
        ground.notice();
      },
      well() {
        health.push('well');
        ground.notice();
      },
    },
    ...(ground.settings === undefined ? {} : { settings: ground.settings }),
  });
  const isAt = (place: Place): boolean => {
    const last = places.at(-1);
    return last !== undefined && distanceM(last, place) < nearM;
  };
  return {
    places,
    health,
    isAt,
    obey: device.obey,
    cutAfter(after: number, words: string) {
      [written, cut] = [0, { after, words }];
    },
    hasCut: () => cut === undefined && !cutOff,
    stop() {
      gnss.stop();
      device.stop();
    },
  };
}

/**
 * Has the trouble begin behind so many bytes, and waits until driver and fake have found back to positions by themselves.
 * Tells what went otherwise than it should: nothing, where all is well.
 */
export async function overcome(ground: Ground, name: Trouble, after: number): Promise<string[]> {
  const { begin, end, health } = troubles[name];
  const both = connect(ground);
  await ground.until(() => both.isAt(home));
  both.health.length = 0;
  both.cutAfter(after, begin);
  await ground.until(both.hasCut);
  if (health.length > 0) await ground.until(() => both.health.includes('failing'));
  both.obey(`at ${neighbour.latitude} ${neighbour.longitude}`);
  // What does not stop it goes on meanwhile.
  if (health.length === 0) await ground.until(() => both.isAt(neighbour));
  if (end !== undefined) both.obey(end);
  await ground.until(() => both.isAt(neighbour));
  both.stop();
  await ground.end();
  const isFalse = (place: Position | undefined): boolean =>
    place !== undefined && distanceM(place, home) > nearM && distanceM(place, neighbour) > nearM;
  return [
    ...(both.health.join() === health.join()
      ? []
      : [`byte ${after}: told ${both.health.join()}, not ${health.join()}`]),
    ...(both.places.some(isFalse) ? [`byte ${after}: a false place was told`] : []),
    ...(both.places.includes(undefined) === health.length > 0 ? [] : [`byte ${after}: the position was lost, or kept`]),
  ];
}
