import { createFramerOnClock } from '#protocol/core/framerOnClock.ts';
import { type Result, success } from '#protocol/core/result.ts';
import type { Cancel, Clock, Random } from '#protocol/core/time.ts';
import { gateCount, gateDepthCm, interByteTimeoutMs } from '#protocol/ld2410/frame.ts';
import { createRadarFramer, frameIn } from '#protocol/ld2410/framer.ts';
import { encodeReport } from '#protocol/ld2410/report.ts';
import { encodeFrame } from '#protocol/ld2410/writer.ts';
import { createFront } from '#devices/behaviours/behaviour.ts';
import type { Connector, DeviceEnd } from '#devices/line/wire.ts';
import { type Answer, choice, commonWords, number, obeyWords, type Words } from '#devices/words.ts';
import { createRadarModule } from './module.ts';
import { type RadarProfile, radarProfiles } from './profiles.ts';
import { createSight, type Room } from './sight.ts';

/** A module reports so often. */
const reportEveryMs = 100;
/** From power, or a restart, to the first report. */
export const startMs = 1_000;

/** What the device tells whoever watches it; a report is no event. */
export type RadarEvent =
  | { event: 'command'; asked: string; bytes: Uint8Array }
  | { event: 'discarded'; reason: string; bytes: Uint8Array }
  | { event: 'restarted' };

export interface RadarDeviceOptions {
  line: DeviceEnd;
  clock: Clock;
  random: Random;
  /** Default: LD2410B. */
  profile?: RadarProfile;
  /** What `unplug` and `plug` pull out and put back; without it the radar is screwed down. */
  connector?: Connector;
  onEvent?(event: RadarEvent): void;
}

export interface RadarDevice {
  /** Does what a line of words says; the problem is for people. */
  obey(line: string): Result<Answer, string>;
  stop(): void;
}

/** A fake HLK-LD2410 and the room before it: it reports ten times a second, and answers its host's commands. */
export function createRadarDevice(options: RadarDeviceOptions): RadarDevice {
  const { line, clock, random, connector, onEvent } = options;
  const module = createRadarModule(options.profile ?? radarProfiles.ld2410b);
  const room: Room = { presence: 'none', distanceCm: 150, energy: 80 };
  const sight = createSight(module, room, clock);
  const front = createFront({ clock, random, write: (bytes) => line.write(bytes), restart });
  let state: 'off' | 'starting' | 'running' = 'running';
  let cancelNext: Cancel = () => {};

  const framer = createFramerOnClock(createRadarFramer(), clock, interByteTimeoutMs, (item) => {
    // What stands behind a restart in the same piece is lost with everything else in the module's memory.
    if (state !== 'running') return;
    if (item.kind === 'discarded') onEvent?.({ event: 'discarded', reason: item.reason, bytes: item.bytes });
    else answer(item.bytes);
  });

  function answer(bytes: Uint8Array): void {
    const exchange = module.exchange(frameIn(bytes));
    onEvent?.({ event: 'command', asked: exchange.asked, bytes });
    if (exchange.answer === undefined || front.takesCommand()) return;
    front.send({ kind: 'answer', bytes: encodeFrame(exchange.answer) });
    if (exchange.restarts === true) restart();
  }

  function reportAt(dueMs: number): void {
    cancelNext = clock.at(dueMs, () => {
      reportAt(dueMs + reportEveryMs);
      if (module.isInConfiguration()) return;
      front.send({ kind: 'unasked', bytes: encodeFrame(encodeReport(sight.report())) });
    });
  }

  function restart(): void {
    stop('starting');
    cancelNext = clock.at(clock.monotonicMs() + startMs, () => {
      state = 'running';
      onEvent?.({ event: 'restarted' });
      reportAt(clock.monotonicMs());
    });
  }

  function stop(next: 'off' | 'starting'): void {
    state = next;
    cancelNext();
    framer.end();
    front.forget();
    module.restarted();
    sight.forget();
  }

  function power(on: boolean): void {
    if (!on) stop('off');
    else if (state === 'off') restart();
  }

  line.onReceived((bytes) => {
    if (state === 'running') framer.push(bytes);
  });
  reportAt(clock.monotonicMs());

  const words: Words = {
    presence: choice('presence', ['moving', 'still', 'none'], 'who is in the room', (presence) => {
      room.presence = presence;
      return success({ text: `in the room: ${presence}`, presence });
    }),
    distance: number('distance', { least: 0, most: farthestCm, unit: 'cm' }, 'how far away they are', (distanceCm) => {
      room.distanceCm = distanceCm;
      return success({ text: `${distanceCm} cm away`, distanceCm });
    }),
    energy: number('energy', { least: 0, most: 100, unit: '%' }, 'how well the radar sees them', (energy) => {
      room.energy = energy;
      return success({ text: `an energy of ${energy}`, energy });
    }),
    ...commonWords({ noun: 'radar', front, power, ...(connector === undefined ? {} : { connector }) }),
  };

  return {
    obey: (said) => obeyWords(words, said),
    stop() {
      front.clear();
      stop('off');
    },
  };
}

const farthestCm = gateCount * gateDepthCm;
