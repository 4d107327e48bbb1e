import type { Log } from '#protocol/core/log.ts';
import { type Cancel, type Clock, minuteMs } from '#protocol/core/time.ts';
import type { PathName } from './path.ts';

/** What a heartbeat says of itself; the rest is told by those who know it. */
export interface Beat {
  /** Counts up by one a beat, from 1 at the start of the program, probes included. */
  sequence: number;
  /** Whether it only asks whether the primary answers again: the reserve is in use (B4.4). */
  probe: boolean;
  /** Beats that could not go out before this one, and how long ago the first of them was due (B4.3). */
  missed: number;
  missedSinceMs: number | undefined;
}

export interface HeartbeatPorts {
  /** The hub's id: it decides where in the interval this hub beats. */
  hub: string;
  /** The settings in force (B4.1, B4.4). */
  settings(): { intervalMs: number; answerWithinMs: number; probeEveryMs: number };
  clock: Clock;
  log: Log;
  inUse(): PathName | 'none';
  /** Sends it now or never; false when it could not go out. */
  send(path: PathName, beat: Beat): boolean;
  onAnswered(path: PathName): void;
  onUnanswered(path: PathName): void;
  /** The interval is another now (B4.5). */
  onInterval(intervalMs: number): void;
}

export interface Heartbeats {
  /** Another path is in use: the first beat on it follows at once (B4.1). */
  pathChanged(): void;
  /**
   * A centre answered; it may set the interval, in minutes (B4.5). False: no such heartbeat awaits an answer on this path,
   * and it has no effect.
   */
  answered(path: PathName, sequence: number, intervalMinutes: number | undefined): boolean;
  /** The centre set the interval in its answer to a report, in minutes (B4.5). */
  centreSets(intervalMinutes: number): void;
  /** The interval that is configured has changed; what the centre sets counts after it. */
  setInterval(intervalMs: number): void;
  stop(): void;
}

/**
 * Beats on a grid of the monotonic clock that does not drift, shifted by the hub's id so that a fleet is not in step. They
 * go on the path in use; while that is the reserve, the primary is probed (B4.4).
 */
export function startHeartbeats(ports: HeartbeatPorts): Heartbeats {
  const { hub, settings, clock, log, inUse } = ports;
  const startedMs = clock.monotonicMs();
  /** At most as many as fit into the time for an answer; each leaves when it is answered or that time is over. */
  const awaited = new Map<number, { path: PathName; cancel: Cancel }>();
  const phase = phaseOf(hub);
  let everyMs = settings().intervalMs;
  let sequence = 0;
  let missed = 0;
  let firstMissedMs: number | undefined;
  let cancelBeat: Cancel = () => {};
  let cancelProbe: Cancel = () => {};

  function schedule(): void {
    cancelBeat();
    const offsetMs = startedMs + Math.round(phase * everyMs);
    const passed = Math.floor((clock.monotonicMs() - offsetMs) / everyMs);
    cancelBeat = clock.at(offsetMs + (passed + 1) * everyMs, () => {
      beat();
      schedule();
    });
  }

  function beat(): void {
    const nowMs = clock.monotonicMs();
    const missedSinceMs = firstMissedMs === undefined ? undefined : nowMs - firstMissedMs;
    const path = inUse();
    if (path !== 'none' && send(path, { sequence: sequence + 1, probe: false, missed, missedSinceMs })) {
      missed = 0;
      firstMissedMs = undefined;
    } else {
      missed += 1;
      firstMissedMs ??= nowMs;
    }
  }

  function setInterval(intervalMs: number): void {
    if (intervalMs === everyMs) return;
    everyMs = intervalMs;
    schedule();
    ports.onInterval(everyMs);
  }

  function centreSets(intervalMinutes: number): void {
    if (intervalMinutes * minuteMs === everyMs) return;
    log.info({ intervalMinutes }, 'the centre set the heartbeat interval');
    setInterval(intervalMinutes * minuteMs);
  }

  function send(path: PathName, beat: Beat): boolean {
    if (!ports.send(path, beat)) return false;
    sequence = beat.sequence;
    const cancel = clock.at(clock.monotonicMs() + settings().answerWithinMs, () => {
      awaited.delete(beat.sequence);
      log.warn({ sequence: beat.sequence, path, probe: beat.probe }, 'the centre did not answer the heartbeat');
      ports.onUnanswered(path);
    });
    awaited.set(beat.sequence, { path, cancel });
    return true;
  }

  function scheduleProbe(): void {
    cancelProbe();
    if (inUse() !== 'reserve') return;
    cancelProbe = clock.at(clock.monotonicMs() + settings().probeEveryMs, () => {
      send('primary', { sequence: sequence + 1, probe: true, missed: 0, missedSinceMs: undefined });
      scheduleProbe();
    });
  }

  /** What was asked of another path, or over another connection, says nothing of this one. */
  function forget(): void {
    awaited.forEach(({ cancel }) => cancel());
    awaited.clear();
  }

  schedule();
  return {
    pathChanged() {
      forget();
      scheduleProbe();
      if (inUse() !== 'none') beat();
    },
    answered(path, answered, intervalMinutes) {
      const asked = awaited.get(answered);
      if (asked?.path !== path) return false;
      asked.cancel();
      awaited.delete(answered);
      if (intervalMinutes !== undefined) centreSets(intervalMinutes);
      ports.onAnswered(path);
      return true;
    },
    centreSets,
    setInterval,
    stop() {
      cancelBeat();
      cancelProbe();
      forget();
    },
  };
}

/**
 * Where in the interval a hub beats, from 0 to below 1: its id hashed (FNV-1a, 32 bits), and its bits then mixed (the end
 * of MurmurHash3). Ids are given out in a row, and FNV-1a alone puts neighbours close together.
 */
function phaseOf(hub: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < hub.length; index += 1) {
    hash = Math.imul(hash ^ hub.charCodeAt(index), 0x01000193) >>> 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
