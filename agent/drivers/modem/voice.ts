import type { VoiceListener, VoiceMode, VoicePath } from '#agent/hub/devices.ts';
import { type Result, type ResultWord, wordsOf } from '#protocol/at/response.ts';
import { type Call, readCall } from '#protocol/at/statusCalls.ts';
import type { Log } from '#protocol/core/log.ts';
import { type Cancel, type Clock, secondMs } from '#protocol/core/time.ts';
import { createAudio } from './audio.ts';
import type { Outcome } from './command.ts';
import type { ModemReception } from './reception.ts';
import type { Ask } from './steps.ts';

/** While there is a call the modem is asked for it so often: what it says unasked differs from maker to maker. */
const callLookEveryMs = secondMs;
/** However much a modem says of its calls, between two looks there is room for other commands. */
const lookAgainMs = 200;
/** Dialling, answering and clearing down take so long at most on a modem that works. */
const callTimeoutMs = 30 * secondMs;
/** A call that is not listed so often in a row is over, when the modem has not said so. */
const missesLimit = 2;
/** So often a call that nobody owns is cleared down before it is only logged. */
export const strayTriesLimit = 5;

export interface VoiceParts {
  clock: Clock;
  ask: Ask;
  log: Log;
  reception: ModemReception;
  /** Whether the modem answers and the network serves it. */
  isServed(): boolean;
  /** Switches the output for an external device on for a moment (B3.4). */
  switchOutput?(): void;
}

export interface ModemVoice {
  open(listener: VoiceListener): VoicePath;
  /** Something about a call was said unasked. */
  look(): void;
  /** What became of a call, said unasked. */
  said(word: ResultWord): void;
  key(digit: string): void;
  /** The modem is set up: a call that a former program has left is cleared down, one that comes in is told. */
  found(): void;
  /** The modem is away, and any call with it. */
  lost(reason: string): void;
}

interface OwnCall {
  by: 'hub' | 'other';
  stage: 'dialled' | 'dialling' | 'ringing' | 'incoming' | 'answering' | 'connected';
  mode: VoiceMode;
  misses: number;
  /** What the modem said of its end. */
  reason?: string;
}

/** The voice path by the modem's own calls (B3). What counts is the modem's list of its calls; what it says unasked only hastens a look. */
export function createVoice({ clock, ask, log, reception, isServed, switchOutput }: VoiceParts): ModemVoice {
  const audio = createAudio(ask);
  let listener: VoiceListener | undefined;
  let call: OwnCall | undefined;
  /** A second caller, told once. */
  let second: number | undefined;
  /** Clearings under way: what is listed meanwhile is on its way out. */
  let clearings = 0;
  let strayTries = 0;
  let isLooking = false;
  /** When the last look ended. */
  let lookedMs = -Infinity;
  let looksAgain = false;
  let cancelLook: Cancel = () => {};

  function soon(action: () => void): void {
    clock.at(clock.monotonicMs(), action);
  }

  function look(): void {
    if (listener === undefined) return;
    const restMs = lookedMs + lookAgainMs - clock.monotonicMs();
    looksAgain = isLooking;
    if (isLooking) return;
    if (restMs > 0) {
      lookAfter(restMs);
      return;
    }
    cancelLook();
    isLooking = true;
    ask('call', { line: 'AT+CLCC', prefix: '+CLCC' }, (outcome) => {
      isLooking = false;
      lookedMs = clock.monotonicMs();
      if (outcome.is === 'ok') take(readCalls(outcome));
      if (looksAgain) lookAfter(lookAgainMs);
      else if (call !== undefined || strayTries > 0) lookAfter(callLookEveryMs);
    });
  }

  function lookAfter(delayMs: number): void {
    cancelLook();
    cancelLook = clock.at(clock.monotonicMs() + delayMs, look);
  }

  function readCalls(outcome: Outcome & { is: 'ok' }): Call[] {
    return outcome.lines.flatMap((line) => {
      const read = line.type === 'information' ? readCall(line.values) : undefined;
      if (read?.ok === false) reception.unreadable(read.problem.message);
      return read?.ok === true && read.value.isVoice && read.value.state !== 'over' ? [read.value] : [];
    });
  }

  function take(calls: readonly Call[]): void {
    const mine = call === undefined ? undefined : calls.find(({ by }) => by === call?.by);
    if (call !== undefined) follow(call, mine);
    const others = calls.filter((one) => one !== mine);
    const caller = others.find(({ state }) => state === 'incoming' || state === 'waiting');
    if (caller === undefined) second = undefined;
    else if (clearings === 0) callComesIn(caller);
    clearStrays(others.some((one) => one !== caller));
  }

  function follow(own: OwnCall, listed: Call | undefined): void {
    // What was dialled is listed once the modem has taken it.
    if (own.stage === 'dialled') return;
    if (listed === undefined) {
      own.misses += 1;
      if (own.reason !== undefined || own.misses >= missesLimit) over(own.reason ?? 'the call is gone');
      return;
    }
    own.misses = 0;
    if (listed.state === 'alerting' && own.stage === 'dialling') {
      own.stage = 'ringing';
      listener?.ringing();
    } else if (listed.state === 'active' && isAnswerAwaited(own)) {
      own.stage = 'connected';
      audio.begin(own.mode);
      listener?.connected();
    }
  }

  function callComesIn({ index, number = 'withheld' }: Call): void {
    if (call === undefined) call = { by: 'other', stage: 'incoming', mode: 'duplex', misses: 0 };
    else if (second === index) return;
    else second = index;
    listener?.incoming(number);
  }

  /** A call that nobody here began: its program is gone (B7.1). */
  function clearStrays(are: boolean): void {
    if (!are || clearings > 0) {
      if (!are) strayTries = 0;
      return;
    }
    strayTries += 1;
    if (strayTries > strayTriesLimit) return;
    log.warn({ device: 'modem', tries: strayTries }, 'a call that the hub does not know is cleared down');
    clear();
  }

  /** By the command for voice, or with every second try by the older one, which some modems want. */
  function clear(): void {
    clearings += 1;
    const line = strayTries > 0 && strayTries % 2 === 0 ? 'ATH' : 'AT+CHUP';
    ask('call', { line, deadlineMs: callTimeoutMs }, () => {
      clearings -= 1;
      look();
    });
  }

  function over(reason: string): void {
    const ended = call;
    call = undefined;
    if (ended === undefined) return;
    if (ended.stage === 'connected') listener?.ended(reason);
    else listener?.failed(reason);
  }

  function dial(to: string, mode: VoiceMode): void {
    const problem = !isServed() ? 'there is no network' : whyNotDialled(to);
    if (problem !== undefined || call !== undefined) {
      soon(() => listener?.failed(problem ?? 'there is a call already'));
      return;
    }
    const mine: OwnCall = { by: 'hub', stage: 'dialled', mode, misses: 0 };
    call = mine;
    // The semicolon makes it a call of voice (V.250 6.3.1, 27.007 6.2).
    ask('call', { line: `ATD${to};`, isCall: true, deadlineMs: callTimeoutMs }, (outcome) => begun(mine, outcome));
  }

  function answer(mode: VoiceMode): void {
    const mine = call;
    if (mine?.stage !== 'incoming') {
      soon(() => listener?.failed('nobody calls any more'));
      return;
    }
    Object.assign(mine, { stage: 'answering', mode });
    ask('call', { line: 'ATA', isCall: true, deadlineMs: callTimeoutMs }, (outcome) => begun(mine, outcome));
  }

  function begun(mine: OwnCall, outcome: Outcome): void {
    if (call !== mine) return;
    if (outcome.is === 'ok') {
      if (mine.stage === 'dialled') mine.stage = 'dialling';
      look();
    } else over(outcome.is === 'refused' ? reasonOf(outcome.result) : outcome.reason);
  }

  function hangUp(): void {
    if (call === undefined) return;
    call = undefined;
    clear();
  }

  function refuse(): void {
    if (second === undefined) {
      if (call?.stage === 'incoming') hangUp();
      return;
    }
    // Lets the one that waits go, and keeps the others (27.007 7.13).
    ask('call', { line: 'AT+CHLD=0', deadlineMs: callTimeoutMs }, look);
  }

  return {
    open(opened) {
      listener = opened;
      soon(look);
      return {
        name: 'modem',
        isUp: isServed,
        dial,
        answer,
        refuse,
        hangUp,
        setMode: (mode) => {
          if (call?.stage === 'connected') audio.setMode(mode);
        },
        changeVolume: (steps) => {
          if (call?.stage === 'connected') audio.changeVolume(steps);
        },
        switchOutput: () => switchOutput?.(),
        stop() {
          listener = undefined;
          cancelLook();
          hangUp();
        },
      };
    },
    look,
    said(word) {
      if (call !== undefined) call.reason = reasonOf({ kind: 'word', word });
      look();
    },
    key(digit) {
      if (call?.stage === 'connected') listener?.key(digit);
    },
    found() {
      strayTries = 0;
      audio.found();
      look();
    },
    lost(reason) {
      cancelLook();
      second = undefined;
      strayTries = 0;
      over(reason);
    },
  };
}

function isAnswerAwaited({ stage }: OwnCall): boolean {
  return stage === 'dialling' || stage === 'ringing' || stage === 'answering';
}

/** Digits only: nothing in it is taken for a command of the modem. */
function whyNotDialled(to: string): string | undefined {
  return /^\+?[0-9*#]{1,40}$/u.test(to) ? undefined : 'the modem calls telephone numbers only';
}

function reasonOf(result: Result): string {
  return result.kind === 'word' ? result.word.toLowerCase() : wordsOf(result);
}
