import { createNoise, type NoiseCounters } from '#agent/drivers/noise.ts';
import type { PositionListener, Saver } from '#agent/hub/devices.ts';
import {
  type PowerCycle,
  type SessionCounters,
  type SessionDevice,
  type SessionSettings,
  startSession,
} from '#agent/lines/session.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Log } from '#protocol/core/log.ts';
import type { Result } from '#protocol/core/result.ts';
import { type Clock, minuteMs, secondMs } from '#protocol/core/time.ts';
import { createFramer, type NmeaItem } from '#protocol/nmea/framer.ts';
import { readGga } from '#protocol/nmea/gga.ts';
import type { Problem } from '#protocol/nmea/problem.ts';
import { readRmc } from '#protocol/nmea/rmc.ts';
import type { Sentence } from '#protocol/nmea/sentence.ts';
import { createPlaceWatch } from './place.ts';
import { createRates, gnssBaudRates } from './rates.ts';
import { createSatelliteTime } from './satelliteTime.ts';

/** Its sentences come in bursts, once a second; a place is no less right for a moment's delay. */
const gatherMs = 250;

/** While the hub saves power, place and time are looked at so often. */
export const slowEveryMs = 10 * minuteMs;
/** A look goes on for so long: two seconds hold all that a receiver says. */
const lookForMs = 2 * secondMs;

/** A receiver sends every second and is asked nothing: a probe waits for the next sentence. */
const sessionSettings: Partial<SessionSettings> = {
  silenceMs: 5 * secondMs,
  probeTimeoutMs: 3 * secondMs,
  // Nothing is done to the receiver that it would have to recover from; and it may only speak at another rate.
  roundPauseMs: 2 * secondMs,
};

export interface GnssParts {
  openLine: OpenLine;
  clock: Clock;
  log: Log;
  listener: PositionListener;
  powerCycle?: PowerCycle;
  settings?: Partial<SessionSettings>;
}

interface GnssCounters extends NoiseCounters, SessionCounters {
  /** Sentences with sound checksums, of any kind. */
  sentences: number;
  /** Times that cannot be: a receiver that has lost count of the weeks. */
  timesRefused: number;
}

export interface Gnss extends Saver {
  counters(): GnssCounters;
}

/**
 * The driver of a receiver of satellite positions that speaks NMEA 0183: a module, a stick, or the port of a modem. It
 * only listens: how a receiver is set up differs from make to make, and the port does not say which it is. So
 * `savePower` cannot send it to sleep; it spares the hub's own work, and who cuts the receiver's power by other means
 * finds it again by the session. A receiver without a fix works, as long as sentences come.
 */
export function startGnss(parts: GnssParts): Gnss {
  const { clock, log, listener } = parts;
  const framer = createFramer();
  const rates = createRates(parts.openLine);
  const place = createPlaceWatch(clock, (position) => listener.position(position));
  const time = createSatelliteTime(clock, (wallMs) => listener.satelliteTime(wallMs));
  const noise = createNoise('gnss', clock, log);
  let sentences = 0;
  let answered: (() => boolean) | undefined;
  let saving = false;
  /** While power is saved nothing is read between these. */
  let rest = { fromMs: 0, untilMs: 0 };
  /** Why it fails, kept back until the last rate was tried: it may only speak at another one. */
  let keptReason: string | undefined;

  function take(items: readonly NmeaItem[]): void {
    for (const item of items) {
      if (item.kind === 'discarded') noise.discarded(item.reason, item.bytes.length);
      else takeSentence(item.sentence);
    }
  }

  function takeSentence(sentence: Sentence): void {
    sentences += 1;
    rates.understood();
    session.heard();
    const tell = answered;
    answered = undefined;
    tell?.();
    if (isResting()) return;
    if (sentence.type === 'RMC') withValue(readRmc(sentence), (rmc) => time.heard(rmc));
    else if (sentence.type === 'GGA')
      withValue(readGga(sentence), (gga) => place.heard(gga, sentence.text) && restSoon());
  }

  function withValue<Value>(read: Result<Value, Problem>, use: (value: Value) => void): void {
    if (read.ok) use(read.value);
    else noise.undecodable(read.problem.message);
  }

  function isResting(): boolean {
    const nowMs = clock.monotonicMs();
    return nowMs >= rest.fromMs && nowMs < rest.untilMs;
  }

  /** A place was found: what stands beside it, the time, is still read. */
  function restSoon(): void {
    const nowMs = clock.monotonicMs();
    if (saving && nowMs >= rest.untilMs) rest = { fromMs: nowMs + lookForMs, untilMs: nowMs + slowEveryMs };
  }

  function fail(reason: string): void {
    keptReason = undefined;
    rates.forget();
    place.forget();
    listener.failing(reason);
  }

  const device: SessionDevice = {
    restarted() {
      answered = undefined;
      take(framer.end());
      if (keptReason !== undefined && !rates.hasUntried()) fail(keptReason);
    },
    received: (bytes) => take(framer.push(bytes)),
    probe(whenAnswered) {
      answered = whenAnswered;
    },
  };

  const session = startSession({
    name: 'gnss',
    openLine: rates.openLine,
    // What it really is, the rates decide.
    lineSettings: { baudRate: gnssBaudRates[0], gatherMs },
    clock,
    log,
    device,
    listener: {
      ready() {
        keptReason = undefined;
        listener.well();
      },
      failing(reason) {
        if (rates.hasUntried()) keptReason = reason;
        else fail(reason);
      },
    },
    ...(parts.powerCycle === undefined ? {} : { powerCycle: parts.powerCycle }),
    settings: { ...sessionSettings, ...parts.settings },
  });

  return {
    savePower(on) {
      saving = on;
      rest = { fromMs: 0, untilMs: 0 };
      place.expectPauses(on ? slowEveryMs : 0);
    },
    stop() {
      session.stop();
      place.stop();
      noise.stop();
    },
    counters: () => ({ ...session.counters(), ...noise.counters(), sentences, timesRefused: time.refused() }),
  };
}
