import type { Modem } from '#agent/hub/devices.ts';
import { cmeNumbers } from '#protocol/at/responseErrors.ts';
import { readWhole } from '#protocol/at/responseValues.ts';
import { readSim } from '#protocol/at/statusSim.ts';
import { secondMs } from '#protocol/core/time.ts';
import type { Outcome } from './command.ts';
import { type Ask, valuesOf } from './steps.ts';

/** A SIM thinks about its PIN (EC2x AT commands). */
const pinTimeoutMs = 10 * secondMs;

/** How many wrong PINs the SIM still takes, asked in the standard's way (3GPP TS 27.007 8.65) and in the makers'. */
const triesLeftCommands = [
  { line: 'AT+CPINR="SIM PIN"', prefix: '+CPINR', index: 1 },
  { line: 'AT+SPIC', prefix: '+SPIC', index: 0 },
  { line: 'AT+QPINC="SC"', prefix: '+QPINC', index: 1 },
] as const;

type PinOutcome = Parameters<Parameters<Modem['enterPin']>[1]>[0];

export interface PinEntry {
  enter: Modem['enterPin'];
  /** The modem answers again: an entry whose answer was lost is looked into. */
  found(): void;
  stop(): void;
}

interface Entry {
  tell(outcome: PinOutcome): void;
  triesBefore: number | undefined;
  /** It was sent, and its answer was lost. */
  isInDoubt: boolean;
}

/**
 * Gives the SIM a PIN, once for each call. "Failed" lets the hub try it again, and three wrong ones lock the SIM: it is
 * said only when the SIM has certainly not judged it. When the answer is lost, the SIM's state and the tries that it has
 * left tell what became of it; what remains in doubt counts as wrong (B7.2).
 */
export function createPinEntry(ask: Ask, soon: (action: () => void) => void, changed: () => void): PinEntry {
  let current: Entry | undefined;

  function settle(outcome: PinOutcome): void {
    const settled = current;
    current = undefined;
    settled?.tell(outcome);
    changed();
  }

  function askTriesLeft(then: (left: number | undefined) => void, from = 0): void {
    const command = triesLeftCommands[from];
    if (command === undefined) {
      then(undefined);
      return;
    }
    const { line, prefix, index } = command;
    ask('work', { line, prefix }, (outcome) => {
      const left = outcome.is === 'ok' ? readWhole(prefix, valuesOf(outcome.lines), index) : undefined;
      if (left?.ok === true) then(left.value);
      else askTriesLeft(then, from + 1);
    });
  }

  /** What the SIM waits for, or undefined when nobody answers. */
  function askSim(then: (is: ReturnType<typeof readSim> | undefined) => void): void {
    ask('work', { line: 'AT+CPIN?', prefix: '+CPIN', mustTell: true }, (outcome) =>
      then(outcome.is === 'ok' ? readSim(valuesOf(outcome.lines)) : undefined),
    );
  }

  function give(entry: Entry, pin: string): void {
    askSim((is) => {
      if (current !== entry) return;
      if (is !== 'pin') {
        settle('failed');
        return;
      }
      askTriesLeft((left) => {
        if (current !== entry) return;
        entry.triesBefore = left;
        ask('work', { line: `AT+CPIN="${pin}"`, deadlineMs: pinTimeoutMs }, (outcome) => {
          if (current === entry) judged(entry, outcome);
        });
      });
    });
  }

  function judged(entry: Entry, outcome: Outcome): void {
    if (outcome.is === 'ok') settle('accepted');
    else if (outcome.is === 'unsent') settle('failed');
    else if (outcome.is === 'unknown') entry.isInDoubt = true;
    else if (isWrong(outcome)) settle('wrong');
    else investigate(entry);
  }

  function investigate(entry: Entry): void {
    entry.isInDoubt = true;
    askSim((is) => {
      if (current !== entry) return;
      if (is === 'ready') settle('accepted');
      else if (is === 'puk' || is === 'locked') settle('wrong');
      else if (is === 'pin') askTriesLeft((left) => current === entry && settle(compared(entry, left)));
      // Otherwise nobody answers, or the SIM starts: it is looked into again.
    });
  }

  return {
    enter(pin, tell) {
      if (current !== undefined || !/^\d{4,8}$/u.test(pin)) {
        soon(() => tell('failed'));
        return;
      }
      current = { tell, triesBefore: undefined, isInDoubt: false };
      give(current, pin);
    },
    found() {
      if (current?.isInDoubt === true) investigate(current);
    },
    stop() {
      current = undefined;
    },
  };
}

function isWrong(outcome: Outcome): boolean {
  if (outcome.is !== 'refused' || outcome.result.kind !== 'cme') return false;
  return outcome.result.number === cmeNumbers.incorrectPassword || outcome.result.number === cmeNumbers.simPukRequired;
}

function compared({ triesBefore }: Entry, left: number | undefined): PinOutcome {
  return triesBefore !== undefined && left === triesBefore ? 'failed' : 'wrong';
}
