import type { MobileStatus, Modem, ModemListener, VoiceListener, VoicePath } from '#agent/hub/devices.ts';
import {
  type PowerCycle,
  type SessionCounters,
  type SessionDevice,
  type SessionSettings,
  startSession,
} from '#agent/lines/session.ts';
import type { OpenLine } from '#protocol/core/line.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Clock, secondMs } from '#protocol/core/time.ts';
import { createDialogue } from './dialogue.ts';
import { createMessages, type MessageCounters } from './messages.ts';
import { createNetworkClock } from './networkClock.ts';
import { createPinEntry } from './pin.ts';
import { createRates, usualBaudRate } from './rates.ts';
import { createReception, type ReceptionCounters } from './reception.ts';
import { createRecovery } from './recovery.ts';
import { createSetup, type ModemIdentity } from './setup.ts';
import { createStatusWatch, isServed } from './status.ts';
import { createUnasked } from './unasked.ts';
import { createVoice } from './voice.ts';

/**
 * A modem answers most commands within 5 s; it has no reset that it hears when it hears nothing, and is opened anew
 * instead, at another rate each time.
 */
const sessionSettings: Partial<SessionSettings> = {
  probeTimeoutMs: 4 * secondMs,
  reopenTries: 3,
};

export interface ModemParts {
  openLine: OpenLine;
  clock: Clock;
  log: Log;
  /** Where the port offers it, by USB or by a line of its own (B7.4). */
  powerCycle?: PowerCycle;
  /** Whether its own receiver of positions is to send, on another of its ports. Default: false. */
  positions?: boolean;
  /** The output for an external device, where there is one (B3.4). */
  switchOutput?(): void;
  settings?: Partial<SessionSettings>;
}

/** So often a modem is set up before what it did not answer is done without. */
export const setupTriesLimit = 3;

interface ModemCounters extends ReceptionCounters, SessionCounters, MessageCounters {
  setups: number;
}

/** One modem as the hub's two ports. Its line is opened with the first, and closed with the last of them. */
export interface ModemDevices {
  openModem(listener: ModemListener): Modem;
  openVoicePath(listener: VoiceListener): VoicePath;
  counters(): Readonly<ModemCounters>;
  identity(): Readonly<ModemIdentity>;
}

const away: MobileStatus = { sim: 'unknown', registration: 'none', access: 'none', data: false };

/** The driver of a 4G modem that speaks AT commands (V.250, 3GPP TS 27.007 and 27.005), a SIM7600 or EC25 for example. */
export function createModem(parts: ModemParts): ModemDevices {
  const { clock, log } = parts;
  let listener: ModemListener | undefined;
  let users = 0;
  let session: ReturnType<typeof startSession> | undefined;
  let setups = 0;
  /** How far the modem has been set up since it was found or has started anew. */
  let stage: 'away' | 'found' | 'set-up' | 'in-service' = 'away';
  /** Numbers the modem's lives: what was set up in a former one does not count. */
  let life = 0;
  let health: { failing?: string } | undefined;
  let told: string | undefined;
  let wasServed = false;
  /** It goes on although it has just been told not to: its echo says nothing about its settings. */
  let echoesAlways = false;
  /** How often in a row the setting up was not finished. */
  let setupsFailed = 0;
  /** A rate that the modem has said to take and has not taken is not asked for again. */
  let isRateAskedFor = false;

  const rates = createRates(parts.openLine);
  const reception = createReception(clock, log);
  const soon = (action: () => void): void => void clock.at(clock.monotonicMs(), action);
  const dialogue = createDialogue({
    clock,
    reception,
    write: (bytes) => session?.write(bytes),
    heard: () => session?.heard(),
    suspect: () => session?.suspect(),
    echoed: () => echoed(),
    unasked: (said) => unasked(said),
  });
  const { ask } = dialogue;
  const setup = createSetup(ask, log, { positions: parts.positions ?? false });
  const watch = createStatusWatch({ clock, ask, reception, seen });
  const time = createNetworkClock(clock, ask, reception, (wallMs) => listener?.networkTime(wallMs));
  const pin = createPinEntry(ask, soon, () => watch.soon());
  const served = (): boolean => stage !== 'away' && isServed(watch.latest());
  const voice = createVoice({
    clock,
    ask,
    log,
    reception,
    isServed: served,
    ...(parts.switchOutput === undefined ? {} : { switchOutput: parts.switchOutput }),
  });
  const messages = createMessages({
    clock,
    ask,
    log,
    reception,
    isServed: served,
    received: (from, text) => listener?.message(from, text),
    outcome: (id, is) => listener?.messageOutcome(id, is),
  });
  const recovery = createRecovery({
    clock,
    ask,
    log,
    isAnswering: () => stage !== 'away',
    cyclePower: () => session?.cyclePower() ?? false,
    restarting: () => startedAnew('it was reset'),
    changed: () => watch.soon(),
  });
  const unasked = createUnasked({
    voice,
    messages,
    reception,
    statusChanged: () => watch.soon(),
    timeChanged: () => time.askNow(),
    started: () => startedAnew('it has started'),
  });

  /** Nothing that was known of the modem holds any more. */
  function lost(reason: string): void {
    stage = 'away';
    life += 1;
    wasServed = false;
    watch.lost();
    voice.lost(reason);
    tell(away);
  }

  function startedAnew(reason: string): void {
    log.info({ device: 'modem', reason }, 'the modem starts anew');
    lost(`the modem starts anew: ${reason}`);
    dialogue.startedAnew(reason);
  }

  /** A modem that has forgotten its settings has started without saying so. What is known of it is looked at anew. */
  function echoed(): void {
    if (stage === 'found') echoesAlways = true;
    if (stage === 'away' || echoesAlways) return;
    log.debug({ device: 'modem' }, 'the modem echoes: it has forgotten its settings');
    stage = 'away';
    life += 1;
    dialogue.startedAnew('it has forgotten its settings');
  }

  /** The modem answers. */
  function found(): void {
    rates.answered();
    if (stage !== 'away') {
      voice.look();
      return;
    }
    stage = 'found';
    if (rates.baudRate() === usualBaudRate || isRateAskedFor) setUp();
    else changeRate();
  }

  /** A modem that was left at another rate is told the usual one, so that it is found at once the next time (B7.1). */
  function changeRate(): void {
    isRateAskedFor = true;
    log.info({ device: 'modem', baudRate: rates.baudRate() }, 'the modem is told the usual rate');
    const mine = life;
    ask('work', { line: `AT+IPR=${usualBaudRate}` }, (outcome) => {
      if (mine !== life) return;
      if (outcome.is !== 'ok') setUp();
      else
        rates.change(usualBaudRate, () => {
          stage = 'away';
          dialogue.startedAnew('it has another rate');
        });
    });
  }

  function setUp(): void {
    const mine = life;
    setup.modem((isDone) => {
      if (mine !== life) return;
      setupsFailed = isDone ? 0 : setupsFailed + 1;
      // A modem that never answers one of these is still good for calls and messages.
      if (!isDone && setupsFailed < setupTriesLimit) {
        stage = 'away';
        return;
      }
      setups += 1;
      stage = 'set-up';
      watch.begin();
      voice.found();
      pin.found();
    });
  }

  function seen(status: MobileStatus): void {
    if (stage === 'in-service' && status.sim !== 'ready') stage = 'set-up';
    if (stage === 'set-up' && status.sim === 'ready') serve();
    tell(status);
    const isServedNow = isServed(status);
    if (isServedNow && !wasServed) time.askNow();
    wasServed = isServedNow;
    pin.found();
  }

  function serve(): void {
    stage = 'in-service';
    const mine = life;
    setup.service((isDone) => {
      if (mine !== life) return;
      if (!isDone && stage === 'in-service') stage = 'set-up';
      watch.soon();
    });
    messages.begin((isDone) => {
      if (mine === life && !isDone && stage === 'in-service') stage = 'set-up';
    });
  }

  function tell(status: MobileStatus): void {
    const text = JSON.stringify(status);
    // A modem that is away is told only when it was there.
    if (text === told || (told === undefined && status === away)) return;
    told = text;
    listener?.status(status);
  }

  const device: SessionDevice = {
    restarted() {
      dialogue.restarted();
      echoesAlways = false;
      lost('the line to the modem is opened anew');
    },
    received: dialogue.received,
    probe(answered) {
      dialogue.probe(() => {
        const inTime = answered();
        const mine = life;
        if (inTime) soon(() => mine === life && found());
        return inTime;
      });
    },
  };

  function open(): void {
    users += 1;
    if (users > 1) return;
    session = startSession({
      name: 'modem',
      openLine: rates.openLine,
      lineSettings: { baudRate: usualBaudRate },
      clock,
      log,
      device,
      listener: {
        ready() {
          health = {};
          listener?.well();
        },
        failing(reason) {
          health = { failing: reason };
          listener?.failing(reason);
        },
      },
      settings: { ...sessionSettings, ...parts.settings },
      ...(parts.powerCycle === undefined ? {} : { powerCycle: parts.powerCycle }),
    });
  }

  function close(): void {
    users -= 1;
    if (users > 0) return;
    lost('the driver stops');
    session?.stop();
    dialogue.stop();
    reception.stop();
    time.stop();
    recovery.stop();
    messages.stop();
  }

  /** Whoever opens it later hears what is known already. */
  function tellKnown(opened: ModemListener): void {
    if (opened !== listener || health === undefined) return;
    if (health.failing === undefined) opened.well();
    else opened.failing(health.failing);
    if (told !== undefined) opened.status(watch.latest());
  }

  return {
    openModem(opened) {
      listener = opened;
      open();
      soon(() => tellKnown(opened));
      return {
        enterPin: pin.enter,
        recover: recovery.recover,
        sendMessage: messages.send,
        stop() {
          if (listener !== opened) return;
          listener = undefined;
          pin.stop();
          close();
        },
      };
    },
    openVoicePath(opened) {
      open();
      const path = voice.open(opened);
      let isOpen = true;
      return {
        ...path,
        stop() {
          if (!isOpen) return;
          isOpen = false;
          path.stop();
          close();
        },
      };
    },
    counters: () => ({ ...reception.counters(), ...messages.counters(), ...sessionCounters(session), setups }),
    identity: setup.identity,
  };
}

const noSession: SessionCounters = { opens: 0, closes: 0, probes: 0, resets: 0, powerCycles: 0 };

function sessionCounters(session: ReturnType<typeof startSession> | undefined): SessionCounters {
  return session?.counters() ?? noSession;
}
