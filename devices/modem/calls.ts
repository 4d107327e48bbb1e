import { failure, type Result, success } from '#protocol/core/result.ts';
import type { Cancel } from '#protocol/core/time.ts';
import { type Call, formatCall, formatCaller, formatKey } from '#protocol/at/statusCalls.ts';
import type { ModemPart, PartContext } from './parts.ts';
import {
  error,
  type Handler,
  numberAt,
  type NumberSetting,
  numberSetting,
  ok,
  type Reply,
  textAt,
  told,
} from './reply.ts';

/** From dialling to the other side's ringing, and to its first ring here. */
export const alertingAfterMs = 1_500;
/** RING comes again so often. */
export const ringEveryMs = 5_000;
/** A network lets nobody ring for longer. */
export const ringingLimitMs = 60_000;
/** A number that leads nowhere is told after this. */
const nowhereAfterMs = 1_000;
/** One that talks and one that waits. */
export const callsLimit = 2;

/** Loudness, silence, and what changes nothing here. */
const plainSettings = {
  '+CLVL': { most: 5, initial: 3 },
  '+CMUT': {},
  '+COLP': {},
  '+CRC': {},
  '+CVHU': {},
};

interface OwnCall extends Call {
  /** When it was connected. */
  sinceMs?: number;
  cancel: Cancel;
}

/** What the other side of a call does. */
export interface Calls extends ModemPart {
  dial(to: string, isVoice: boolean): Reply;
  /** `ATA`. */
  answer(): Reply;
  /** `ATH`. */
  hangUp(): Reply;
  /** Somebody calls; undefined withholds the number. The problem is for people. */
  comeIn(from: string | undefined): Result<undefined, string>;
  /** The other side takes a call, ends it, or lets the hub know that it will not. */
  taken(): boolean;
  ended(): boolean;
  notTaken(word: 'BUSY' | 'NO ANSWER'): boolean;
  /** The other side presses a key. */
  keyPressed(digit: string): boolean;
  /** The modem is served by a network, or no longer. */
  served(is: boolean): void;
  list(): readonly Call[];
}

/** Calls of voice (V.250 6.3; 3GPP TS 27.007 6, 7.11, 7.13, 7.18; 22.030 6.5.5). */
export function createCalls(context: PartContext, isServed: () => boolean): Calls {
  const { clock, profile, timers, say, tell } = context;
  let calls: OwnCall[] = [];
  const tellsCaller = numberSetting('+CLIP', {});
  const tellsWaiting = numberSetting('+CCWA', {});
  const tellsKeys = numberSetting(profile.keys.command, {});
  const others: Record<string, NumberSetting> = Object.fromEntries(
    Object.entries(plainSettings).map(([name, range]) => [name, numberSetting(name, range)]),
  );

  function add(call: Pick<OwnCall, 'by' | 'state'> & { number: string | undefined }): OwnCall {
    const index = calls.some((one) => one.index === 1) ? 2 : 1;
    const { number, ...rest } = call;
    const added: OwnCall = {
      index,
      isVoice: true,
      cancel: () => {},
      ...rest,
      ...(number === undefined ? {} : { number }),
    };
    calls = [...calls, added];
    return added;
  }

  function remove(call: OwnCall): void {
    call.cancel();
    calls = calls.filter((one) => one !== call);
  }

  function find(...states: Call['state'][]): OwnCall | undefined {
    return calls.find(({ state }) => states.includes(state));
  }

  function connect(call: OwnCall): void {
    call.cancel();
    call.state = 'active';
    call.sinceMs = clock.monotonicMs();
    if (profile.tellsCalls) say('VOICE CALL: BEGIN');
  }

  /** What is said of the end of a call; `word` is missing when the hub has ended it. */
  function tellEnd({ state, number, sinceMs }: OwnCall, word?: string): void {
    if (profile.tellsCalls && sinceMs !== undefined) {
      const seconds = Math.round((clock.monotonicMs() - sinceMs) / 1_000);
      say(`VOICE CALL: END: ${String(seconds).padStart(6, '0')}`);
    }
    if (word === undefined) return;
    const isMissed = state === 'incoming' || state === 'waiting';
    if (isMissed && profile.tellsCalls) say(`MISSED_CALL: 12:00AM ${number ?? ''}`);
    else if (state !== 'waiting') say(word);
  }

  function otherEnds(call: OwnCall | undefined, word: string): boolean {
    if (call === undefined) return false;
    remove(call);
    tellEnd(call, word);
    return true;
  }

  function ring(call: OwnCall, left: number): void {
    if (left <= 0) {
      otherEnds(call, 'NO CARRIER');
      return;
    }
    if (tellsCaller.value() === 1) say('RING', '', formatCaller(call.number));
    else say('RING');
    call.cancel = timers.after(ringEveryMs, () => ring(call, left - 1));
  }

  function dial(to: string, isVoice: boolean): Reply {
    if (!/^\+?[\d*#]{1,40}$/u.test(to) || find('dialling', 'alerting') !== undefined || calls.length >= callsLimit) {
      return error;
    }
    if (!isVoice) return { result: { kind: 'word', word: 'NO CARRIER' }, afterMs: nowhereAfterMs };
    tell({ event: 'dialled', to });
    const call = add({ by: 'hub', state: 'dialling', number: to });
    call.cancel = isServed()
      ? timers.after(alertingAfterMs, () => alert(call))
      : timers.after(nowhereAfterMs, () => void otherEnds(call, 'NO CARRIER'));
    return ok;
  }

  function alert(call: OwnCall): void {
    call.state = 'alerting';
    call.cancel = timers.after(ringingLimitMs, () => void otherEnds(call, 'NO ANSWER'));
  }

  function answer(): Reply {
    const call = find('incoming');
    if (call === undefined) return { result: { kind: 'word', word: 'NO CARRIER' } };
    tell({ event: 'answered' });
    connect(call);
    return ok;
  }

  /** Those that wait stay, and ring as the ones that are left. */
  function hangUp(): Reply {
    const mine = calls.filter(({ state }) => state !== 'waiting');
    for (const call of mine) {
      remove(call);
      tellEnd(call);
    }
    if (mine.length > 0) tell({ event: 'hung-up' });
    ringWaiting();
    return ok;
  }

  function ringWaiting(): void {
    const next = find('waiting');
    if (next === undefined || calls.length > 1) return;
    next.cancel();
    next.state = 'incoming';
    ring(next, ringingLimitMs / ringEveryMs);
  }

  /** 0 lets the one that waits go, 1 ends the other and takes it (27.007 7.13). */
  const hold: Handler = (command) => {
    if (command.form === 'test') return told('+CHLD: (0,1)');
    const mode = numberAt(command, 0);
    const waiting = find('waiting');
    if (mode === 0 && waiting !== undefined) {
      remove(waiting);
      tell({ event: 'hung-up' });
      return ok;
    }
    if (mode !== 1 || waiting === undefined) return error;
    for (const call of calls.filter((one) => one !== waiting)) {
      remove(call);
      tellEnd(call);
    }
    tell({ event: 'answered' });
    connect(waiting);
    return ok;
  };

  const press: Handler = (command) => {
    if (command.form === 'test') return told('+VTS: (0-9,*,#,A,B,C,D)');
    const digits = command.parameters
      .map((_, index) => textAt(command, index))
      .join('')
      .toUpperCase();
    if (command.form !== 'set' || !/^[\d*#A-D]{1,29}$/u.test(digits) || find('active') === undefined) return error;
    for (const digit of digits) tell({ event: 'key', digit });
    return ok;
  };

  return {
    handlers: {
      '+CLIP': tellsCaller.handler,
      '+CCWA': tellsWaiting.handler,
      [profile.keys.command]: tellsKeys.handler,
      ...Object.fromEntries(Object.entries(others).map(([name, { handler }]) => [name, handler])),
      '+CHUP': hangUp,
      '+CHLD': hold,
      '+CLCC': () => told(...calls.map(formatCall)),
      '+VTS': press,
    },
    dial,
    answer,
    hangUp,
    comeIn(from) {
      if (!isServed()) return failure('the modem has no network: the caller hears that it cannot be reached');
      const isBusy = calls.length >= callsLimit || find('incoming', 'dialling', 'alerting') !== undefined;
      if (isBusy) return failure('the modem has a call already: the caller hears that it is busy');
      if (find('active') === undefined) {
        ring(add({ by: 'other', state: 'incoming', number: from }), ringingLimitMs / ringEveryMs);
      } else {
        const call = add({ by: 'other', state: 'waiting', number: from });
        call.cancel = timers.after(ringingLimitMs, () => void otherEnds(call, ''));
        if (tellsWaiting.value() === 1) say(`+CCWA: "${from ?? ''}",${from?.startsWith('+') === true ? 145 : 129},1`);
      }
      return success(undefined);
    },
    taken() {
      const call = find('dialling', 'alerting');
      if (call !== undefined) connect(call);
      return call !== undefined;
    },
    ended() {
      const isOver = otherEnds(find('active', 'incoming'), 'NO CARRIER') || otherEnds(find('waiting'), '');
      if (isOver) ringWaiting();
      return isOver;
    },
    notTaken: (word) => otherEnds(find('dialling', 'alerting'), word),
    keyPressed(digit) {
      if (find('active') === undefined) return false;
      if (tellsKeys.value() === 1) say(formatKey(profile.keys.line, digit));
      return true;
    },
    served(is) {
      if (!is) for (const call of calls) otherEnds(call, 'NO CARRIER');
    },
    list: () => calls,
    restarted() {
      for (const call of calls) remove(call);
      for (const setting of [tellsCaller, tellsWaiting, tellsKeys, ...Object.values(others)]) setting.reset();
    },
  };
}
