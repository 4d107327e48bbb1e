import { cmeNumbers } from '#protocol/at/responseErrors.ts';
import { formatSim } from '#protocol/at/statusSim.ts';
import type { ModemPart, PartContext } from './parts.ts';
import { asked, error, type Handler, numberAt, ok, refused, type Reply, textAt, told } from './reply.ts';

/** What a person may do with the card. */
export const simWords = ['absent', 'pin', 'puk', 'ready'] as const;
export type SimWord = (typeof simWords)[number];

/** The codes of the card that is in it. */
export const simPin = '1234';
export const simPuk = '12345678';
export const pinTriesLimit = 3;
export const pukTriesLimit = 10;

const imsi = '240991234567890';
const cardNumber = '89469900000000000017';
const ownNumber = '+46700000099';

/** From the modem's start to the card's. */
const cardStartMs = 500;

export interface Sim extends ModemPart {
  state(): 'absent' | 'busy' | 'pin' | 'puk' | 'blocked' | 'ready';
  /** The answer to what needs the card, where it cannot be used. */
  refusal(): Reply | undefined;
  /** The modem has started: the card is looked for, and told. */
  started(): void;
  /** Its power is switched off and on again by the modem: it asks for its PIN anew. */
  unpowered(): void;
  put(word: SimWord): void;
}

/** The SIM card and its lock (3GPP TS 27.007 8.3; TS 31.101). `changed` is called when it can be used, or no longer. */
export function createSim({ profile, say, timers }: PartContext, changed: () => void): Sim {
  let isIn = true;
  /** Whether the card asks for its PIN at each start; kept by the card itself. */
  let isLocked = false;
  let isVerified = true;
  let isStarting = false;
  let pin = simPin;
  let pinTries = pinTriesLimit;
  let pukTries = pukTriesLimit;

  function state(): ReturnType<Sim['state']> {
    if (!isIn) return 'absent';
    if (isStarting) return 'busy';
    if (pukTries === 0) return 'blocked';
    if (pinTries === 0) return 'puk';
    return isLocked && !isVerified ? 'pin' : 'ready';
  }

  function refusal(): Reply | undefined {
    switch (state()) {
      case 'absent':
        return refused(cmeNumbers.simNotInserted);
      case 'busy':
        return refused(cmeNumbers.simBusy);
      case 'blocked':
        return refused(cmeNumbers.simFailure);
      case 'pin':
        return refused(cmeNumbers.simPinRequired);
      case 'puk':
        return refused(cmeNumbers.simPukRequired);
      case 'ready':
        return undefined;
    }
  }

  function tellState(): void {
    const is = state();
    if (is === 'absent' || is === 'blocked') say(profile.simRemoved);
    else if (is !== 'busy') say(formatSim(is));
    if (is === 'ready') for (const { afterMs, line } of profile.ready) timers.after(afterMs, () => say(line));
    changed();
  }

  function start(): void {
    isStarting = true;
    isVerified = false;
    timers.after(cardStartMs, () => {
      isStarting = false;
      tellState();
    });
  }

  const enter: Handler = (command) => {
    if (command.form === 'test') return ok;
    const is = state();
    if (command.form === 'ask')
      return is === 'pin' || is === 'puk' ? told(formatSim(is)) : (refusal() ?? told(formatSim('ready')));
    if (command.form !== 'set') return error;
    if (is === 'pin') return enterPin(textAt(command, 0));
    if (is === 'puk') return enterPuk(textAt(command, 0), textAt(command, 1));
    return refusal() ?? refused(cmeNumbers.operationNotAllowed);
  };

  function enterPin(entered: string): Reply {
    if (entered !== pin) {
      pinTries -= 1;
      return refused(cmeNumbers.incorrectPassword);
    }
    pinTries = pinTriesLimit;
    isVerified = true;
    return { afterwards: tellState };
  }

  function enterPuk(entered: string, newPin: string): Reply {
    if (entered !== simPuk || !/^\d{4,8}$/u.test(newPin)) {
      pukTries -= 1;
      return refused(cmeNumbers.incorrectPassword);
    }
    pin = newPin;
    pinTries = pinTriesLimit;
    pukTries = pukTriesLimit;
    isVerified = true;
    return { afterwards: tellState };
  }

  /** `"SC",2` asks for the lock, `"SC",0,"1234"` and 1 switch it off and on (27.007 7.4). */
  const lock: Handler = (command) => {
    const refusing = refusal();
    if (refusing !== undefined) return refusing;
    if (command.form === 'test') return told('+CLCK: ("SC")');
    const mode = numberAt(command, 1);
    if (command.form !== 'set' || textAt(command, 0) !== 'SC' || mode === undefined || mode > 2) return error;
    if (mode === 2) return told(`+CLCK: ${isLocked ? 1 : 0}`);
    if (textAt(command, 2) !== pin) {
      pinTries -= 1;
      return refused(cmeNumbers.incorrectPassword);
    }
    isLocked = mode === 1;
    isVerified = true;
    return ok;
  };

  const tries: Record<string, Handler> = {
    '+CPINR': () =>
      told(`+CPINR: SIM PIN,${pinTries},${pinTriesLimit}`, `+CPINR: SIM PUK,${pukTries},${pukTriesLimit}`),
    '+SPIC': () => told(`+SPIC: ${pinTries},${pukTries},0,${pukTriesLimit}`),
    '+QPINC': () => told(`+QPINC: "SC",${pinTries},${pukTries}`),
  };

  function needsCard(handler: Handler): Handler {
    return (command) => (command.form === 'test' ? ok : (refusal() ?? handler(command)));
  }

  const numbers = Object.entries(profile.cardNumber).map(([command, beginning]): [string, Handler] => [
    command,
    (said) => (isIn ? asked(`${beginning}${cardNumber}`)(said) : refused(cmeNumbers.simNotInserted)),
  ]);

  return {
    handlers: {
      '+CPIN': enter,
      '+CLCK': lock,
      '+CPINR': (command) => (isIn ? (tries['+CPINR']?.(command) ?? error) : refused(cmeNumbers.simNotInserted)),
      [profile.triesCommand]: (command) => (isIn ? (tries[profile.triesCommand]?.(command) ?? error) : error),
      '+CIMI': needsCard(asked(imsi)),
      '+CNUM': needsCard(asked(`+CNUM: ,"${ownNumber}",145`)),
      ...Object.fromEntries(numbers),
    },
    restarted() {
      isVerified = false;
      isStarting = true;
    },
    state,
    refusal,
    started: start,
    unpowered: start,
    put(word) {
      const wasIn = isIn;
      isIn = word !== 'absent';
      isLocked = word === 'pin' || word === 'puk';
      isVerified = false;
      pinTries = word === 'puk' ? 0 : pinTriesLimit;
      pukTries = pukTriesLimit;
      if (isIn || wasIn) tellState();
    },
  };
}
