import type { Place } from '#protocol/core/distance.ts';
import { failure, type Result, success } from '#protocol/core/result.ts';
import { type Cancel, type Clock, hourMs, type Random, secondMs } from '#protocol/core/time.ts';
import { encodeSentence, formatSentence } from '#protocol/nmea/sentence.ts';
import { createFront } from '#devices/behaviours/behaviour.ts';
import type { Connector, DeviceEnd } from '#devices/line/wire.ts';
import { type Answer, bare, choice, commonWords, number, obeyWords, type Word, type Words } from '#devices/words.ts';
import { type Epoch, sentencesOf } from './epoch.ts';
import { type GnssProfile, gnssProfiles } from './profiles.ts';
import { createDrive, type Drive, type OnTrack } from './track.ts';

/** From power to its first sentence, and from there to its first fix: it knows where the satellites were just now. */
export const startMs = 500;
export const firstFixMs = 3 * secondMs;
/** At rest a receiver says a place so far off at most, each second another one. */
export const wanderM = 3;
/** With fewer satellites there is no fix. */
const satellitesForFix = 4;
const metresPerDegree = 111_195;

/** A square in Helsingborg. */
const helsingborg: Place = { latitude: 56.0465, longitude: 12.6945 };

/** What the receiver tells whoever watches it. */
export type GnssEvent = { event: 'started' } | { event: 'fix'; fix: 'found' | 'lost' } | { event: 'arrived' };

export interface GnssDeviceOptions {
  line: DeviceEnd;
  clock: Clock;
  random: Random;
  /** Default: u-blox 8. */
  profile?: GnssProfile;
  /** Where it stands; default a square in Helsingborg. Or the track along which it drives. */
  at?: Place;
  track?: readonly Place[];
  /** Reads the file that `drive` names; without it there is none. The problem is for people. */
  readTrack?(path: string): Result<readonly Place[], string>;
  /** What `unplug` and `plug` pull out and put back. */
  connector?: Connector;
  onEvent?(event: GnssEvent): void;
}

export interface GnssDevice {
  /** Does what a line of words says. */
  obey(line: string): Result<Answer, string>;
  stop(): void;
}

/**
 * A fake receiver of satellite positions: it speaks once a second and hears nothing, as most do until they are set up.
 * Its time is the clock's wall time. Faults stand in front of it (devices/behaviours).
 */
export function createGnssDevice(options: GnssDeviceOptions): GnssDevice {
  const { line, clock, random, readTrack } = options;
  const profile: GnssProfile = options.profile ?? gnssProfiles.ublox8;
  const front = createFront({ clock, random, write: (bytes) => line.write(bytes), restart: start });
  let place: OnTrack = options.at ?? options.track?.[0] ?? helsingborg;
  let drive: Drive | undefined = options.track && createDrive(options.track);
  let speedKmh = 30;
  let satellites = 9;
  let skyIsOpen = true;
  let hasFix = false;
  let fixFromMs = clock.monotonicMs();
  let cancel: Cancel = () => undefined;
  // It answers nothing; what is set up by UBX or PMTK is lost, and a host does not hear that it is.
  line.onReceived(() => undefined);
  tickFrom(clock.monotonicMs());

  function start(): void {
    front.forget();
    setFix(false);
    fixFromMs = clock.monotonicMs() + startMs + firstFixMs;
    tickFrom(clock.monotonicMs() + startMs, true);
  }

  function tickFrom(atMs: number, first = false): void {
    cancel();
    cancel = clock.at(atMs, () => {
      if (first) options.onEvent?.({ event: 'started' });
      if (first) send(profile.banner.map((words) => formatSentence(...addressed(words))));
      tick();
      tickFrom(atMs + secondMs);
    });
  }

  function tick(): void {
    setFix(skyIsOpen && satellites >= satellitesForFix && clock.monotonicMs() >= fixFromMs);
    move();
    const epoch: Epoch = { wallMs: clock.wallMs(), speedKmh: drive === undefined ? 0 : speedKmh, satellites };
    send(sentencesOf(profile, hasFix ? { ...epoch, place: wandering(place) } : epoch));
  }

  function send(sentences: readonly string[]): void {
    for (const text of sentences) front.send({ kind: 'unasked', bytes: encodeSentence(text) });
  }

  function move(): void {
    if (drive === undefined) return;
    place = drive.advance((speedKmh * 1_000 * secondMs) / hourMs);
    if (place.courseDegrees !== undefined) return;
    drive = undefined;
    options.onEvent?.({ event: 'arrived' });
  }

  function wandering(from: OnTrack): OnTrack {
    const offM = (): number => (random() * 2 - 1) * wanderM;
    const latitude = Math.max(-90, Math.min(90, from.latitude + offM() / metresPerDegree));
    const eastM = metresPerDegree * Math.max(0.01, Math.cos((latitude * Math.PI) / 180));
    const longitude = Math.max(-180, Math.min(180, from.longitude + offM() / eastM));
    return { ...from, latitude, longitude };
  }

  function setFix(found: boolean): void {
    if (hasFix === found) return;
    hasFix = found;
    options.onEvent?.({ event: 'fix', fix: found ? 'found' : 'lost' });
  }

  function power(on: boolean): void {
    cancel();
    front.forget();
    if (on) start();
    else setFix(false);
  }

  const words: Words = {
    fix: choice('fix', ['lost', 'found'], 'the sky is hidden, or open again', (is) => {
      skyIsOpen = is === 'found';
      return success({ text: `the fix is ${is}` });
    }),
    at: atWord((there) => {
      [place, drive] = [there, undefined];
    }),
    drive: driveWord((path) => {
      if (readTrack === undefined) return failure('there is nobody here to read files');
      const track = readTrack(path);
      if (!track.ok) return track;
      drive = createDrive(track.value);
      return success({ text: `driving along ${track.value.length} points at ${speedKmh} km/h` });
    }),
    speed: number('speed', { least: 0, most: 300, unit: 'km/h' }, 'how fast it drives along a track', (kmh) => {
      speedKmh = kmh;
      return success({ text: `${kmh} km/h` });
    }),
    satellites: number(
      'satellites',
      { least: 0, most: 24, unit: '' },
      `how many it receives; with fewer than ${satellitesForFix} there is no fix`,
      (count) => {
        satellites = Math.floor(count);
        return success({ text: `${satellites} satellites` });
      },
    ),
    restart: bare('restart', 'it starts anew, and needs a moment for its first fix', () => {
      start();
      return success({ text: 'the receiver starts anew' });
    }),
    ...commonWords({ noun: 'receiver', front, power, ...(options.connector && { connector: options.connector }) }),
  };

  return {
    obey: (said) => obeyWords(words, said),
    stop() {
      cancel();
      front.clear();
      front.forget();
    },
  };
}

function addressed(words: string): [string, string[]] {
  const [address = '', ...fields] = words.split(',');
  return [address, fields];
}

function atWord(move: (there: Place) => void): Word {
  return {
    usage: 'at LAT LON',
    does: 'it stands there, in degrees: at 56.0465 12.6945',
    perform([lat = '', lon = '', ...rest]) {
      if (rest.length > 0) return failure('at takes a latitude and a longitude');
      const isNumber = (text: string): boolean => /^-?\d{1,3}(\.\d{1,12})?$/u.test(text);
      const [latitude, longitude] = [Number(lat), Number(lon)];
      if (!isNumber(lat) || Math.abs(latitude) > 90) return failure('a latitude is from -90 to 90 degrees');
      if (!isNumber(lon) || Math.abs(longitude) > 180) return failure('a longitude is from -180 to 180 degrees');
      move({ latitude, longitude });
      return success({ text: `at ${latitude} ${longitude}`, latitude, longitude });
    },
  };
}

function driveWord(drive: (path: string) => Result<Answer, string>): Word {
  return {
    usage: 'drive FILE.gpx',
    does: 'it drives along the track, and stays at its end',
    // A path may have blanks.
    perform: (rest) => (rest.length === 0 ? failure('drive takes a GPX file') : drive(rest.join(' '))),
  };
}
