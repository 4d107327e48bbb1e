import { createNoise, type NoiseCounters } from '#agent/drivers/noise.ts';
import type { RadarListener, Saver } from '#agent/hub/devices.ts';
import { type PowerCycle, type SessionCounters, type SessionSettings, startSession } from '#agent/lines/session.ts';
import { createFramerOnClock } from '#protocol/core/framerOnClock.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Clock, secondMs } from '#protocol/core/time.ts';
import { decodeAcknowledgement } from '#protocol/ld2410/acknowledgements.ts';
import { type Frame, interByteTimeoutMs, radarBaudRate } from '#protocol/ld2410/frame.ts';
import { createRadarFramer, frameIn } from '#protocol/ld2410/framer.ts';
import { decodeReport } from '#protocol/ld2410/report.ts';
import { createPresence } from './presence.ts';
import { createSettingUp, type SettingUpCounters } from './settingUp.ts';

/** A radar reports ten times a second. */
const silenceMs = 2 * secondMs;
/** Nobody is seen the worse for it, and the hub has an eighth of the work. */
const gatherMs = 800;

export interface RadarParts {
  openLine: OpenLine;
  clock: Clock;
  log: Log;
  listener: RadarListener;
  powerCycle?: PowerCycle;
  settings?: Partial<SessionSettings>;
}

export interface Radar extends Saver {
  counters(): RadarCounters;
}

interface RadarCounters extends NoiseCounters, SettingUpCounters, SessionCounters {
  reports: number;
  /** Answers that nobody waited for: late, doubled, or to another question. */
  answersOutOfTurn: number;
}

/**
 * The driver of a presence radar Hi-Link LD2410. It works as long as it reports: that it can be set up is not asked of it,
 * for it guards nevertheless. It knows no rest: to save power, what it sees is told less often.
 */
export function startRadar({ openLine, clock, log, listener, powerCycle, settings }: RadarParts): Radar {
  const noise = createNoise('radar', clock, log);
  const presence = createPresence(clock, listener);
  const settingUp = createSettingUp({ clock, log, write: (bytes) => session.write(bytes) });
  let answered: (() => boolean) | undefined;
  let reports = 0;
  let answersOutOfTurn = 0;

  const framer = createFramerOnClock(createRadarFramer(), clock, gatherMs + interByteTimeoutMs, (item) => {
    if (item.kind === 'discarded') noise.discarded(item.reason, item.bytes.length);
    else takeFrame(frameIn(item.bytes));
  });

  function takeFrame(frame: Frame): void {
    if (frame.kind === 'report') takeReport(frame);
    else takeAcknowledgement(frame);
  }

  function takeReport(frame: Frame): void {
    const report = decodeReport(frame);
    if (!report.ok) {
      noise.undecodable(report.problem.message);
      return;
    }
    reports += 1;
    session.heard();
    answered?.();
    answered = undefined;
    presence.report(report.value.state);
  }

  function takeAcknowledgement(frame: Frame): void {
    const acknowledgement = decodeAcknowledgement(frame);
    if (!acknowledgement.ok) noise.undecodable(acknowledgement.problem.message);
    else if (!settingUp.offer(acknowledgement.value)) answersOutOfTurn += 1;
  }

  const session = startSession({
    name: 'radar',
    openLine,
    lineSettings: { baudRate: radarBaudRate, gatherMs },
    clock,
    log,
    device: {
      restarted() {
        framer.end();
        settingUp.cancel('the line is opened anew');
      },
      received: (bytes) => framer.push(bytes),
      // A report is the sign of life. A module left in configuration sends none until that is ended, which this does.
      probe(sign) {
        answered = sign;
        settingUp.begin();
      },
      reset: () => settingUp.restart(),
    },
    listener: { ready: () => listener.well(), failing: (reason) => listener.failing(reason) },
    ...(powerCycle === undefined ? {} : { powerCycle }),
    settings: { silenceMs, ...settings },
  });

  return {
    savePower: (on) => presence.savePower(on),
    stop() {
      session.stop();
      framer.end();
      settingUp.cancel('the driver stops');
      presence.stop();
      noise.stop();
    },
    counters: () => ({
      reports,
      answersOutOfTurn,
      ...noise.counters(),
      ...settingUp.counters(),
      ...session.counters(),
    }),
  };
}
