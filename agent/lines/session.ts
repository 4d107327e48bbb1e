import type { Line, LineSettings, OpenLine } from '#protocol/core/line.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Cancel, type Clock, minuteMs, secondMs } from '#protocol/core/time.ts';

/**
 * Keeps the session with a serial device alive: a ladder without a last rung (B7.4). A probe that stays unanswered is
 * repeated, then the device is reset, then the line is opened anew, then its power is cycled where the port can, then
 * the failure is reported; after a pause, longer each round so that the cure does not become the disease, it begins
 * again. A line that closes is opened again, every second at first.
 */
export interface SessionSettings {
  /** An opening that neither opens nor closes is given up after this. */
  openTimeoutMs: number;
  /** How long a device has to answer a probe. */
  probeTimeoutMs: number;
  /** A device that cannot be probed is ready when its line has stayed open for so long. */
  steadyMs: number;
  /** How many probes in a row stay unanswered before the next rung. */
  probeTries: number;
  /** Without a sign of life for this long the device is probed. */
  silenceMs: number;
  /** What a device needs after a reset before it listens. */
  resetPauseMs: number;
  /** Between closing a line and opening it again. */
  reopenPauseMs: number;
  /** How often a silent device's line is opened anew in one round. A driver may open it at another rate each time. */
  reopenTries: number;
  /**
   * A lost line is opened again every `reopenEveryMs`, `quickReopens` times, and every `reopenSlowlyEveryMs` from then
   * on. Each `quickReopens`th time its power is cycled first, where the port can.
   */
  reopenEveryMs: number;
  quickReopens: number;
  reopenSlowlyEveryMs: number;
  /** A line that comes back and answers within this is not worth a report: hubs of USB ports hiccup. */
  closedGraceMs: number;
  /** The port has this long to cycle the power. */
  powerCycleTimeoutMs: number;
  /** The pause after a round of the whole ladder; doubled each round up to the limit. */
  roundPauseMs: number;
  roundPauseLimitMs: number;
}

export const sessionDefaults: SessionSettings = {
  openTimeoutMs: 10 * secondMs,
  probeTimeoutMs: 2 * secondMs,
  steadyMs: secondMs,
  probeTries: 2,
  silenceMs: minuteMs,
  resetPauseMs: secondMs,
  reopenPauseMs: secondMs,
  reopenTries: 1,
  reopenEveryMs: secondMs,
  quickReopens: 60,
  reopenSlowlyEveryMs: 10 * secondMs,
  closedGraceMs: 10 * secondMs,
  powerCycleTimeoutMs: 30 * secondMs,
  roundPauseMs: 10 * secondMs,
  roundPauseLimitMs: 5 * minuteMs,
};

/** What the session needs from a device's driver. */
export interface SessionDevice {
  /** A fresh line is open and flushed: what was half received or asked for belonged to the last one. */
  restarted(): void;
  received(bytes: Uint8Array): void;
  /**
   * Asks for a sign of life and calls `answered` when it has come, which tells whether that was within the session's
   * deadline; a later answer is ignored. Missing where the device answers nothing: such a one fails only with its line.
   */
  probe?(answered: () => boolean): void;
  /** Asks the device to restart itself. Missing where it cannot. */
  reset?(): void;
}

interface SessionListener {
  /** The device answers: said once, and again after each `failing`. */
  ready(): void;
  /** The device cannot be brought back for now: said once, and again after each `ready`. Recovery goes on. */
  failing(reason: string): void;
}

/** Switches a port's power off and on again; then calls `done`. */
export type PowerCycle = (done: () => void) => void;

export interface SessionParts {
  /** For the log. */
  name: string;
  openLine: OpenLine;
  lineSettings: LineSettings;
  clock: Clock;
  log: Log;
  device: SessionDevice;
  listener: SessionListener;
  /** Where the port offers it. */
  powerCycle?: PowerCycle;
  settings?: Partial<SessionSettings>;
}

export interface Session {
  /** Writes to the line; into the void while it is not open. */
  write(bytes: Uint8Array): void;
  /** The driver has understood something from the device: it lives, and need not be probed for a while. */
  heard(): void;
  /** The device owes the driver an answer: it is probed now, and not only after its silence. */
  suspect(): void;
  /** Cycles its power out of turn and opens the line anew; false where the port cannot. */
  cyclePower(): boolean;
  /** Closes the line; nothing is called after it. */
  stop(): void;
  counters(): Readonly<SessionCounters>;
}

export interface SessionCounters {
  opens: number;
  /** Lines that closed, or did not open, without our doing. */
  closes: number;
  probes: number;
  resets: number;
  powerCycles: number;
}

type Rung = 'reset' | 'reopen' | 'power cycle';

/** Begins by opening the line; nothing is called before this function has returned. */
export function startSession(parts: SessionParts): Session {
  const { name, openLine, lineSettings, clock, log, device, listener, powerCycle } = parts;
  const settings = { ...sessionDefaults, ...parts.settings };
  const rungs = Array.from({ length: settings.reopenTries }, (): Rung => 'reopen');
  if (device.reset !== undefined) rungs.unshift('reset');
  if (powerCycle !== undefined) rungs.push('power cycle');

  const counters: SessionCounters = { opens: 0, closes: 0, probes: 0, resets: 0, powerCycles: 0 };
  let line: Line | undefined;
  let isOpen = false;
  /** Numbers the lines, the probes and the power cycles: what a former one says late is ignored. */
  let lineNumber = 0;
  let probeNumber = 0;
  /** The one deadline of the state the session is in, and the one of a line that is lost. */
  let cancelStep: Cancel = () => undefined;
  let cancelGrace: Cancel | undefined;
  let reported: 'ready' | 'failing' | undefined;
  let unanswered = 0;
  let nextRung = 0;
  let rounds = 0;
  let reopens = 0;
  let lastHeardMs = 0;
  /** The device answers, and is left alone until its silence. */
  let isAtPeace = false;

  function after(delayMs: number, action: () => void): void {
    at(clock.monotonicMs() + delayMs, action);
  }

  function at(monotonicMs: number, action: () => void): void {
    cancelStep();
    cancelStep = clock.at(monotonicMs, action);
  }

  function open(): void {
    disconnect();
    const mine = lineNumber;
    let early: (() => void) | undefined;
    // A line may open or close before its opener has it in hand: that is kept until it has.
    const told = (what: () => void): void => {
      if (mine !== lineNumber) return;
      if (line === undefined) early = what;
      else what();
    };
    counters.opens += 1;
    device.restarted();
    after(settings.openTimeoutMs, () => lost(`did not open within ${settings.openTimeoutMs} ms`));
    line = openLine(lineSettings, {
      opened: () => told(begin),
      received(bytes) {
        if (mine === lineNumber) device.received(bytes);
      },
      closed: (reason) => told(() => lost(reason)),
    });
    early?.();
  }

  function disconnect(): void {
    lineNumber += 1;
    probeNumber += 1;
    isOpen = false;
    isAtPeace = false;
    line?.close();
    line = undefined;
  }

  function begin(): void {
    log.debug({ device: name }, 'line open');
    isOpen = true;
    unanswered = 0;
    if (device.probe === undefined) after(settings.steadyMs, answered);
    else probe();
  }

  function probe(): void {
    isAtPeace = false;
    probeNumber += 1;
    const mine = probeNumber;
    counters.probes += 1;
    // The deadline is set first: a device in the same process may answer, or its line close, before `probe` returns.
    after(settings.probeTimeoutMs, unansweredProbe);
    device.probe?.(() => {
      const inTime = mine === probeNumber;
      if (inTime) answered();
      return inTime;
    });
  }

  function answered(): void {
    probeNumber += 1;
    [unanswered, nextRung, rounds, reopens] = [0, 0, 0, 0];
    cancelGrace?.();
    cancelGrace = undefined;
    lastHeardMs = clock.monotonicMs();
    isAtPeace = true;
    awaitSilence();
    if (reported === 'ready') return;
    reported = 'ready';
    log.info({ device: name }, 'device ready');
    listener.ready();
  }

  function awaitSilence(): void {
    if (device.probe === undefined) return;
    // A moment, not a rest of time: of a rest so small that adding it changes nothing there would be no end.
    const dueMs = lastHeardMs + settings.silenceMs;
    if (clock.monotonicMs() >= dueMs) probe();
    else at(dueMs, awaitSilence);
  }

  function unansweredProbe(): void {
    unanswered += 1;
    if (unanswered < settings.probeTries) probe();
    else climb();
  }

  function climb(): void {
    unanswered = 0;
    const rung = rungs[nextRung];
    nextRung += 1;
    if (rung === undefined) {
      endRound();
      return;
    }
    log.info({ device: name, probes: settings.probeTries }, `device silent: ${rung}`);
    if (rung === 'reset') reset();
    else if (rung === 'reopen') reopen();
    else cyclePower();
  }

  function reset(): void {
    counters.resets += 1;
    after(settings.resetPauseMs, probe);
    device.reset?.();
  }

  function reopen(): void {
    disconnect();
    after(settings.reopenPauseMs, open);
  }

  function cyclePower(): void {
    disconnect();
    counters.powerCycles += 1;
    const mine = lineNumber;
    after(settings.powerCycleTimeoutMs, open);
    powerCycle?.(() => {
      if (mine === lineNumber) after(settings.reopenPauseMs, open);
    });
  }

  function endRound(): void {
    nextRung = 0;
    const pauseMs = Math.min(settings.roundPauseMs * 2 ** rounds, settings.roundPauseLimitMs);
    rounds += 1;
    after(pauseMs, probe);
    fail(`no answer, not after ${[...new Set(rungs)].join(', ')} either`);
  }

  function lost(reason: string): void {
    counters.closes += 1;
    disconnect();
    log.debug({ device: name, reason }, 'line closed');
    after(reopens < settings.quickReopens ? settings.reopenEveryMs : settings.reopenSlowlyEveryMs, open);
    reopens += 1;
    // A device that fell off its bus may come back with its power.
    if (powerCycle !== undefined && reopens % settings.quickReopens === 0) cyclePower();
    cancelGrace ??= clock.at(clock.monotonicMs() + settings.closedGraceMs, () => fail(reason));
  }

  function fail(reason: string): void {
    if (reported === 'failing') return;
    reported = 'failing';
    log.warn({ device: name, reason }, 'device failing');
    listener.failing(reason);
  }

  after(0, open);

  return {
    write(bytes) {
      if (isOpen) line?.write(bytes);
    },
    heard() {
      lastHeardMs = clock.monotonicMs();
    },
    suspect() {
      if (isAtPeace) probe();
    },
    cyclePower() {
      if (powerCycle === undefined) return false;
      log.info({ device: name }, 'power cycle, as asked for');
      cyclePower();
      return true;
    },
    stop() {
      cancelStep();
      cancelGrace?.();
      disconnect();
    },
    counters: () => ({ ...counters }),
  };
}
