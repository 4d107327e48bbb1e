import { type Cancel, type Clock, hourMs } from '#protocol/core/time.ts';
import { startChart } from '#agent/hub/actors.ts';
import type { Concern, HubContext } from '#agent/hub/concern.ts';
import type { Device, HubDevices } from '#agent/hub/devices.ts';
import { earliestWallMs, type HubTime, latestWallMs, seenKey, type TimeSource } from './hubTime.ts';
import { type TimeDecision, timeChart } from './time.chart.ts';

/** While nobody knows the time, so much of it at most is forgotten with a power cut. */
const seenEveryMs = hourMs;

export interface TimeOptions {
  /** The machine's own. */
  machine: Clock;
  time: HubTime;
  devices: HubDevices;
}

/**
 * Looks after the hub's wall clock (B12): hears who tells the time, writes down when it was set or has jumped, and tells
 * everybody. It never makes anything wait.
 */
export function createTime(context: HubContext, { machine, time, devices }: TimeOptions): Concern {
  const { clock, log, reports, deadlines, tell } = context;
  const chart = startChart(timeChart, log);
  const counters = { clockSettings: 0, clockJumps: 0, timesRefused: 0 };
  let cancelLook: Cancel = () => {};
  let cancelSeen: Cancel = () => {};
  let satellites: Device | undefined;

  /** The machine says when its clock was set, but not that it was: somebody has to look. */
  function look(): void {
    if (machine.wallTrusted()) told('network', machine.wallMs());
    const { lookEveryMs, lookForJumpsEveryMs } = context.configuration().time;
    const againMs = clock.wallTrusted() ? lookForJumpsEveryMs : lookEveryMs;
    cancelLook = clock.at(clock.monotonicMs() + againMs, look);
  }

  function told(source: TimeSource, wallMs: number): void {
    const offsetMs = Math.round(wallMs - clock.monotonicMs());
    const { jumpMs: toleranceMs } = context.configuration().time;
    // The chart hears of changes: most looks find what is known.
    const known = time.known();
    if (known?.source === source && Math.abs(known.offsetMs - offsetMs) <= toleranceMs) return;
    chart.send({ type: 'told', source, offsetMs, toleranceMs }).forEach(carryOut);
  }

  function carryOut({ type, source, offsetMs, ...decision }: TimeDecision): void {
    const moved = 'byMs' in decision;
    const byMs = moved ? decision.byMs : Math.round(offsetMs + clock.monotonicMs() - clock.wallMs());
    counters[moved ? 'clockJumps' : 'clockSettings'] += 1;
    log.info({ step: 'clock', source, byMs }, moved ? 'the wall clock has jumped' : 'the wall clock was set');
    reports.note('clock', { is: type, source, byMs }, time.learn({ source, offsetMs }));
    deadlines.clockSet();
    tell.clockSet();
  }

  function timeTold(source: TimeSource, wallMs: number): void {
    // Nobody knows better than a time server, and some tell the time every second.
    if (machine.wallTrusted()) return;
    if (wallMs >= earliestWallMs && wallMs < latestWallMs) {
      told(source, wallMs);
      return;
    }
    counters.timesRefused += 1;
    const right = `right would be from ${isoOf(earliestWallMs)} to ${isoOf(latestWallMs)}`;
    log.warn({ source, wallMs, right }, 'a time that cannot be was told, and is not taken');
  }

  /** Hours without a clock pass unseen unless they are written down; with one, the clock will tell (B12.2). */
  function seen(): void {
    cancelSeen = clock.at(clock.monotonicMs() + seenEveryMs, () => {
      if (clock.wallTrusted()) return;
      reports.keep([{ key: seenKey, value: reports.now() }]);
      seen();
    });
  }

  return {
    restore() {
      const known = time.known();
      if (known !== undefined) chart.send({ type: 'restored', ...known });
    },
    start() {
      look();
      seen();
      satellites = devices.openGnss?.({
        satelliteTime: (wallMs) => timeTold('satellites', wallMs),
        position() {},
        failing() {},
        well() {},
      });
    },
    timeTold,
    stop() {
      satellites?.stop();
      cancelLook();
      cancelSeen();
    },
    counters: () => counters,
  };
}

function isoOf(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
